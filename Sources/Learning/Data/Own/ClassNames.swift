internal import Settings
import Files
import SystemPackage

/// What the classes of own data are called, in their order.
struct ClassNames: Sendable {
  var names: [String]
  /// What the names are, for errors: `folders of classes`.
  var what: String
  /// Where they were found.
  var origin: String
}

extension ClassNames {
  /// Reads `classes.txt`, which may lie beside own arrays: a name a line.
  ///
  /// - Parameter path: The folder that holds it, or a file in that folder.
  /// - Returns: `nil` where there is none.
  init?(beside path: FilePath) throws(DatasetError) {
    let text: String
    let place: FilePath
    do throws(FileError) {
      let isFolder = try FileSystem.information(path)?.isFolder == true
      place = (isFolder ? path : path.removingLastComponent()).appending("classes.txt")
      guard try FileSystem.information(place) != nil else { return nil }
      text = try FileSystem.readText(place, limit: 1 << 20)
    } catch {
      throw DatasetError(error)
    }
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var names: [String] = []
    for (index, line) in lines.enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard !words.isEmpty else {
        throw DatasetError(
          .malformed, "line \(index + 1) is empty: one class name a line expected",
          origin: "\(place)")
      }
      names.append(printable(words.joined(separator: " ")))
    }
    self.init(names: names, what: "names of classes", origin: "\(place)")
  }

  /// Compares the names with what the spec says.
  func check(_ format: ImageFormat) throws(DatasetError) {
    guard names.count != format.classes else { return }
    throw DatasetError(
      .malformed,
      "\(names.count) \(what) found, but the spec's `num_classes` is \(format.classes)",
      origin: origin)
  }
}
