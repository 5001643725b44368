import Glibc
package import SystemPackage

/// Makes files with the contents of others that take no room of their own, where the file system can.
package struct SharedFile {
  /// Whether the file system may have clones: where it has none, looking makes and removes a file.
  private var mayClone = true

  package init() {}

  /// Puts at `path` what is at `source`, whole or not at all: as a clone of its blocks, else as a hard
  /// link to it. It does not wait for the disk.
  ///
  /// - Parameter source: A file that nobody writes to any more.
  /// - Returns: `false` where the file system can do neither, such as from one disk to another;
  ///   nothing has happened then.
  /// - Throws: `FileError` where `path` cannot be written.
  package mutating func create(
    _ path: FilePath, sharing source: FilePath
  ) throws(FileError) -> Bool {
    let temporary = temporaryPath(beside: path)
    guard clone(source, to: temporary) || Self.link(source, to: temporary) else { return false }
    do throws(Errno) {
      // Nothing is renamed where both names are links to one file.
      defer { _ = temporary.withPlatformString { unlink($0) } }
      try moveIntoPlace(temporary, path)
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
  private mutating func clone(_ source: FilePath, to path: FilePath) -> Bool {
    guard mayClone, let from = try? openDescriptor(source, O_RDONLY | O_NONBLOCK) else {
      return false
    }
    defer { close(from) }
    guard let to = try? openDescriptor(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o444) else {
      return false
    }
    defer { close(to) }
    let cloneRequest: UInt = 0x4004_9409
    if ioctl(to, cloneRequest, from) == 0 { return true }
    mayClone = false
    _ = path.withPlatformString { unlink($0) }
    return false
  }
}
