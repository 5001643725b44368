import Glibc

/// What changes when somebody writes to a regular file: with an equal stamp it has the contents that
/// it had.
///
/// Whoever writes sets the time of the last change of the content. It can be set back, but that sets
/// the time of the last change of the state, which nobody can set (but by the computer's clock).
package struct FileStamp: Hashable, Sendable {
  /// In bytes.
  package var size: Int
  /// When its content changed last, in nanoseconds since 1970.
  package var modified: Int
  /// When its content or what is known of it changed last, in nanoseconds since 1970.
  package var changed: Int
  /// The file's numbers: its own and its device's.
  package var inode: UInt64
  package var device: UInt64

  /// - Parameter path: Not followed where it is a symbolic link.
  /// - Returns: `nil` where no regular file is there.
  package init?(at path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(FileSystem.Information(status))
  }

  package init(_ file: FileSystem.Information) {
    (size, modified, changed) = (file.size, file.modified, file.changed)
    (inode, device) = (file.inode, file.device)
  }

  /// Whether everything that happens to the file from a moment on changes its stamp.
  ///
  /// Clocks of file systems stand still for some milliseconds, or for two seconds: what happens to a
  /// file right after it was written may leave its times as they are.
  ///
  /// - Parameter time: The moment, in nanoseconds since 1970.
  package func isOlder(than time: Int) -> Bool {
    let newest = max(modified, changed)
    let margin = newest % 1_000_000_000 == 0 ? 2_000_000_000 : 100_000_000
    return newest <= time - margin
  }

  /// Now, in nanoseconds since 1970.
  package static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  /// A stamp is five of these.
  package static let words = 5

  /// All of it.
  package func append(to words: inout [UInt64]) {
    for word in [size, modified, changed] { words.append(UInt64(bitPattern: Int64(word))) }
    words.append(inode)
    words.append(device)
  }
}

extension FileSystem {
  /// Whether a folder is there, and no symbolic link to one.
  package static func isFolder(at path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
