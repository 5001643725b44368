internal import Settings
import SystemPackage

/// A format that own data may have: how its four arrays are found.
protocol OwnFormat: SendableMetatype {
  /// The keys by which a spec says where they lie, for people.
  static var keys: String { get }

  /// Finds the arrays.
  ///
  /// - Throws: `DatasetError` that names what is missing, or is not what it should be.
  static func find(_ place: OwnData) throws(DatasetError) -> FoundOwnData
}

extension OwnFormat {
  static var keys: String { "`dataset.path`" }
}

extension OwnData {
  /// The folder or file, of a format that has no other place.
  var path: FilePath {
    guard case .path(let path) = self else {
      preconditionFailure("a format that is one folder has files of its own")
    }
    return FilePath(path)
  }
}
