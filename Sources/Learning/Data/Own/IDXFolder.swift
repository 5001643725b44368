import Files
import Settings
import SystemPackage

/// A folder of four IDX files, plain or with gzip, told apart by their names.
enum IDXFolder: OwnFormat {
  static func find(_ place: OwnData) throws(DatasetError) -> FoundOwnData {
    FoundOwnData(
      arrays: try arrays(in: place.path), classes: try ClassNames(beside: place.path))
  }

  /// Finds each file by the words in its name: `train`, or `t10k` or `test`; `images` or `labels`.
  private static func arrays(in folder: FilePath) throws(DatasetError) -> [any OwnArray] {
    let names: [String]
    do {
      guard try FileSystem.information(folder)?.isFolder == true else {
        throw DatasetError(missing: "folder", folder)
      }
      names = try FileSystem.list(folder).filter { !$0.hasPrefix(".") }
    } catch let error as DatasetError {
      throw error
    } catch let error as FileError {
      throw DatasetError(error)
    } catch {
      throw DatasetError(.file, "\(error)", origin: "\(folder)")
    }
    func find(_ split: [String], _ kind: String) throws(DatasetError) -> FilePath {
      let found = names.filter { name in
        let name = name.lowercased()
        return name.contains(kind) && split.contains { name.contains($0) }
      }
      guard let name = found.first, found.count == 1 else {
        let words = "\(split.map { "`\($0)`" }.joined(separator: " or ")) and `\(kind)`"
        throw DatasetError(
          .incomplete,
          found.isEmpty
            ? "no file has \(words) in its name"
            : "several files have \(words) in their names: "
              + found.sorted().map(printable).joined(separator: ", "), origin: "\(folder)")
      }
      return folder.appending(name)
    }
    return [
      try OwnFile(.images, find(["train"], "images"), isIDX: true),
      try OwnFile(.labels, find(["train"], "labels"), isIDX: true),
      try OwnFile(.images, find(["t10k", "test"], "images"), isIDX: true),
      try OwnFile(.labels, find(["t10k", "test"], "labels"), isIDX: true),
    ]
  }
}
