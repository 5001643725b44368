import Glibc
package import SystemPackage

/// Looking at files and folders, making and removing them.
package enum FileSystem {
  /// What is known of a file without reading it.
  package struct Information: Hashable, Sendable {
    package var isFolder: Bool
    /// In bytes.
    package var size: Int
    /// In nanoseconds since 1970.
    package var modified: Int
    /// The file's numbers: its own and its device's.
    package var inode: UInt64
    package var device: UInt64
  }

  /// What is at `path`, following symbolic links; `nil` where there is nothing.
  package static func information(_ path: FilePath) throws(FileError) -> Information? {
    var status = stat()
    if path.withPlatformString({ stat($0, &status) }) == 0 { return Information(status) }
    let error = lastError()
    if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
    throw FileError(.read, path, error)
  }

  /// Where nothing smaller is known, files of more bytes than that are refused.
  package static let largestFile = 1 << 32

  /// All bytes of a regular file.
  package static func read(
    _ path: FilePath, limit: Int = largestFile
  ) throws(FileError) -> [UInt8] {
    try RegularFile(path).read(limit: limit)
  }

  /// A file's text; bytes that are not UTF-8 become U+FFFD.
  package static func readText(
    _ path: FilePath, limit: Int = largestFile
  ) throws(FileError) -> String {
    String(decoding: try read(path, limit: limit), as: UTF8.self)
  }

  /// The names in a folder, sorted, without `.` and `..`.
  package static func list(_ path: FilePath) throws(FileError) -> [String] {
    guard let folder = path.withPlatformString({ opendir($0) }) else {
      throw FileError(.list, path, lastError())
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes a folder and those that hold it; nothing happens where it is there already.
  package static func createFolders(_ path: FilePath) throws(FileError) {
    if path.withPlatformString({ mkdir($0, 0o777) }) == 0 { return }
    let error = lastError()
    if error == .noSuchFileOrDirectory, path.components.count > 1 {
      try createFolders(path.removingLastComponent())
      if path.withPlatformString({ mkdir($0, 0o777) }) == 0 { return }
    }
    // Read-only file systems and the like refuse before they look whether it exists.
    if try information(path)?.isFolder == true { return }
    throw FileError(.createFolder, path, error == .noSuchFileOrDirectory ? lastError() : error)
  }

  /// Copies one file's bytes, whole or not at all.
  package static func copy(_ source: FilePath, to target: FilePath) throws(FileError) {
    try AtomicFile.write(try read(source), to: target)
  }

  /// Removes a file, or a folder with all it holds; nothing happens where there is nothing.
  /// Symbolic links are removed, not followed.
  package static func removeTree(_ path: FilePath) throws(FileError) {
    var status = stat()
    if path.withPlatformString({ lstat($0, &status) }) != 0 {
      let error = lastError()
      if error == .noSuchFileOrDirectory { return }
      throw FileError(.remove, path, error)
    }
    let isFolder = Information(status).isFolder
    if isFolder {
      for name in try list(path) { try removeTree(path.appending(name)) }
    }
    if path.withPlatformString({ isFolder ? rmdir($0) : unlink($0) }) != 0 {
      let error = lastError()
      if error != .noSuchFileOrDirectory { throw FileError(.remove, path, error) }
    }
  }

  /// Makes a new, empty folder with a name of its own.
  ///
  /// - Parameters:
  ///   - parent: The folder to make it in: `/tmp` or what `TMPDIR` says.
  ///   - prefix: The start of its name.
  package static func createTemporaryFolder(
    in parent: FilePath, prefix: String
  ) throws(FileError) -> FilePath {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    let path = parent.appending("\(prefix)-\(digits)")
    if path.withPlatformString({ mkdir($0, 0o700) }) != 0 {
      throw FileError(.createFolder, path, lastError())
    }
    return path
  }
}

extension FileSystem.Information {
  init(_ status: stat) {
    self.init(
      isFolder: status.st_mode & S_IFMT == S_IFDIR, size: Int(status.st_size),
      modified: status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec,
      inode: UInt64(status.st_ino), device: UInt64(status.st_dev))
  }
}
