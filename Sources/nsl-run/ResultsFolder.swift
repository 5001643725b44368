import Files
import Glibc
import SystemPackage

/// Where results lie if the command line does not say.
enum ResultsFolder {
  static let name = "results"

  /// `results` in the working directory, where it has a store; else in the nearest folder above it
  /// that has one, as git and cargo find their projects: a command gives the same results in all
  /// folders of a project. Where there is none, it is the working directory's.
  static func find() -> FilePath {
    let depth = FilePath(workingDirectory).components.count
    var path = FilePath(name)
    for level in 0...depth {
      if hasStore(path), level == 0 || isProject(path.removingLastComponent()) { return path }
      path = FilePath("..").appending(path.components)
    }
    return FilePath(name)
  }

  /// The path from the root, for messages.
  static func absolute(_ path: FilePath) -> FilePath {
    path.isAbsolute
      ? path : FilePath(workingDirectory).appending(path.components).lexicallyNormalized()
  }

  private static var workingDirectory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  private static func hasStore(_ path: FilePath) -> Bool {
    var status = stat()
    return path.appending(".store").withPlatformString { stat($0, &status) } == 0
      && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Folders that everybody may write to (`/tmp`) or that are somebody else's hold no project of
  /// this user.
  private static func isProject(_ path: FilePath) -> Bool {
    var status = stat()
    return path.withPlatformString { stat($0, &status) } == 0
      && status.st_mode & S_IWOTH == 0 && status.st_uid == geteuid()
  }
}
