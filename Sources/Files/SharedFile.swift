import Glibc
package import SystemPackage

/// A file with the contents of another one that takes no room of its own, where the file system can.
package enum SharedFile {
  /// Puts at `path` what is at `source`, whole or not at all: as a clone of its blocks, else as a hard
  /// link to it.
  ///
  /// - Parameter source: A file that nobody writes to any more.
  /// - Returns: `false` where the file system can do neither, such as from one disk to another;
  ///   nothing has happened then.
  /// - Throws: `FileError` where `path` cannot be written.
  package static func create(
    _ path: FilePath, sharing source: FilePath
  ) throws(FileError) -> Bool {
    let temporary = temporaryPath(beside: path)
    guard clone(source, to: temporary) || link(source, to: temporary) else { return false }
    do throws(Errno) {
      // Nothing is renamed where both names are links to one file.
      defer { _ = temporary.withPlatformString { unlink($0) } }
      try moveIntoPlace(temporary, path)
      try synchronizeFolder(folder(of: path))
    } catch {
      throw FileError(.write, path, error)
    }
    return true
  }

  /// Whether a file is a hard link to another one, or both are the same.
  package static func isSame(_ a: FileSystem.Information, _ b: FileSystem.Information) -> Bool {
    a.inode == b.inode && a.device == b.device
  }

  private static func link(_ source: FilePath, to path: FilePath) -> Bool {
    source.withPlatformString { source in path.withPlatformString { Glibc.link(source, $0) == 0 } }
  }

  /// Linux's `FICLONE`, which btrfs, XFS and bcachefs have.
  private static func clone(_ source: FilePath, to path: FilePath) -> Bool {
    guard let from = try? openDescriptor(source, O_RDONLY | O_NONBLOCK) else { return false }
    defer { close(from) }
    guard let to = try? openDescriptor(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o444) else {
      return false
    }
    defer { close(to) }
    let cloneRequest: UInt = 0x4004_9409
    if ioctl(to, cloneRequest, from) == 0 { return true }
    _ = path.withPlatformString { unlink($0) }
    return false
  }
}
