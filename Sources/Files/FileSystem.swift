import Glibc
package import SystemPackage

/// Looking at files and folders, making and removing them.
package enum FileSystem {
  /// What is known of a file without reading it.
  package struct Information: Hashable, Sendable {
    package var isFolder: Bool
    /// Whether it is a symbolic link, which only those see that do not follow it.
    package var isLink: Bool
    /// In bytes.
    package var size: Int
    /// In nanoseconds since 1970.
    package var modified: Int
    /// When its content or what is known of it changed last, in nanoseconds since 1970. Nobody can
    /// set this to another time.
    package var changed: Int
    /// The file's numbers: its own and its device's.
    package var inode: UInt64
    package var device: UInt64
  }

  /// What is at `path`; `nil` where there is nothing.
  ///
  /// - Parameter followingLinks: Whether a symbolic link stands for what it leads to.
  package static func information(
    _ path: FilePath, followingLinks: Bool = true
  ) throws(FileError) -> Information? {
    var status = stat()
    let result = path.withPlatformString {
      followingLinks ? stat($0, &status) : lstat($0, &status)
    }
    if result == 0 { return Information(status) }
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
    return entries(of: folder).sorted()
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

  /// Makes all that was written to a folder's file system survive a power cut.
  package static func synchronize(_ path: FilePath) throws(FileError) {
    do {
      try synchronizeFileSystem(of: path)
    } catch {
      throw FileError(.write, path, error)
    }
  }

  /// Copies one file's bytes, whole or not at all.
  package static func copy(_ source: FilePath, to target: FilePath) throws(FileError) {
    try AtomicFile.write(try read(source), to: target)
  }

  /// Removes a file, or a folder with all it holds; nothing happens where there is nothing.
  /// Symbolic links are removed, not followed.
  package static func removeTree(_ path: FilePath) throws(FileError) {
    guard let name = path.lastComponent else { throw FileError(.remove, path, .invalidArgument) }
    do throws(FileError) {
      try ContainedFolder(folder(of: path)).remove(FilePath(name.string))
    } catch  where error.errno == .noSuchFileOrDirectory {
      return
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
      isFolder: status.st_mode & S_IFMT == S_IFDIR, isLink: status.st_mode & S_IFMT == S_IFLNK,
      size: Int(status.st_size), modified: nanoseconds(status.st_mtim),
      changed: nanoseconds(status.st_ctim),
      inode: UInt64(status.st_ino), device: UInt64(status.st_dev))
  }
}

/// Times that no file has by itself (but by `touch`) are the earliest or the latest there is.
private func nanoseconds(_ time: timespec) -> Int {
  let (seconds, overflow) = time.tv_sec.multipliedReportingOverflow(by: 1_000_000_000)
  let (sum, second) = seconds.addingReportingOverflow(time.tv_nsec)
  return overflow || second ? (time.tv_sec < 0 ? .min : .max) : sum
}
