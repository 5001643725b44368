import Settings
import Files
import SystemPackage

/// The user's own copy of one published file.
struct PublishedFile {
  var file: PublishedDataset.File
  var path: FilePath
  var information: FileSystem.Information
  var isCompressed: Bool

  /// Whether something published says what it must hold.
  var isVerifiable: Bool { isCompressed || file.isVerifiable }

  /// What is noted of it once it is found right.
  var note: String {
    if case .content(let sha256) = file.digest { return sha256 }
    return isCompressed ? "gzip:\(file.digest.sha256)" : "md5:\(file.md5 ?? "")"
  }
}

/// A published dataset as it lies somewhere.
enum PublishedData {
  /// The files, in the dataset's order, in a folder.
  case files(FilePath, [PublishedFile])
  /// Keras's one file.
  case npz(FilePath, FileSystem.Information)

  var path: FilePath {
    switch self {
    case .files(let folder, _): folder
    case .npz(let path, _): path
    }
  }
}

extension PublishedDataset {
  /// The files' sizes by name.
  var sizes: [String: Int] {
    Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.size) })
  }

  /// The folder in the cache, named by content.
  func cacheFolder(_ digest: String) -> String {
    let digests = digest.drop { $0 != ":" }.dropFirst().split(separator: "+")
    return "\(name.rawValue)-" + digests.map { $0.prefix(8) }.joined(separator: "-")
  }

  /// What is looked for, in words.
  ///
  /// - Parameter isOwn: Whether in the folder that a spec names for this dataset.
  func lookedFor(isOwn: Bool) -> String {
    let example = files.first?.name ?? ""
    let dotted = example.replacing("-idx", with: ".idx")
    let paths = DatasetPlace(folder: "", owner: "", isOwn: isOwn, isBinding: false)
      .subfolders(of: folders).dropLast().map { $0.isEmpty ? "the folder itself" : "\($0)/" }
    return "\(example) or \(dotted), with or without .gz, and its three companions in "
      + paths.dropLast().joined(separator: ", ") + " or " + (paths.last ?? "")
      + (npz.map { "; \($0)" } ?? "")
  }
}
