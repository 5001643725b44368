import Files
import SystemPackage

/// CIFAR-10 as it lies somewhere.
enum ArchiveData {
  /// The archive of the binary version.
  case binary(FilePath, FileSystem.Information)
  /// The archive of the Python version.
  case pickled(FilePath, FileSystem.Information)
  /// The Python version's folder, and its batches.
  case batches(FilePath, [Batch])

  struct Batch {
    var member: PublishedArchive.Pickled.Member
    var path: FilePath
    var information: FileSystem.Information

    /// What is noted of it once it is found right.
    var note: String { "md5:\(member.md5)" }
  }

  var path: FilePath {
    switch self {
    case .binary(let path, _), .pickled(let path, _), .batches(let path, _): path
    }
  }
}
