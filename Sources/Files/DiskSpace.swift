import Glibc
package import SystemPackage

/// The file system that a path lies on, and how much room there is on it.
package struct DiskSpace: Hashable, Sendable {
  /// The topmost folder of it.
  package var folder: FilePath
  /// What this user may still write, in bytes.
  package var free: Int
  /// In bytes.
  package var total: Int
  /// How many files may still be made; `nil` where the file system does not count them.
  package var freeFiles: Int?

  package init(folder: FilePath, free: Int, total: Int, freeFiles: Int? = nil) {
    self.folder = folder
    self.free = free
    self.total = total
    self.freeFiles = freeFiles
  }

  /// - Parameter path: What need not be there is looked for in the folders that would hold it.
  /// - Returns: `nil` where the system does not say.
  package init?(of path: FilePath) {
    guard var folder = Self.existing(path) else { return nil }
    var space = statvfs()
    guard folder.withPlatformString({ statvfs($0, &space) }) == 0 else { return nil }
    let device = (try? FileSystem.information(folder))??.device
    while folder.components.count > 0 {
      let parent = folder.removingLastComponent()
      guard (try? FileSystem.information(parent))??.device == device else { break }
      folder = parent
    }
    self.init(
      folder: folder, free: Int(clamping: space.f_bavail &* space.f_frsize),
      total: Int(clamping: space.f_blocks &* space.f_frsize),
      freeFiles: space.f_files > 0 ? Int(clamping: space.f_favail) : nil)
  }

  /// The path, or the nearest folder above it that is there, from the root and without links.
  private static func existing(_ path: FilePath) -> FilePath? {
    var path = path
    while true {
      let shown = path.isEmpty ? FilePath(".") : path
      let found = shown.withPlatformString { name -> FilePath? in
        guard let whole = realpath(name, nil) else { return nil }
        defer { Glibc.free(whole) }
        return FilePath(platformString: whole)
      }
      if let found { return found }
      guard !path.components.isEmpty else { return nil }
      path.removeLastComponent()
    }
  }
}
