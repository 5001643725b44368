import Glibc
package import SystemPackage

/// Very many exclusive locks among processes, each a number, in one empty file; nobody waits for
/// one.
///
/// They are the kernel's (open file description locks), each on one byte of the file that need not be
/// there, so that they end with their holder however that dies. Whoever has this object holds them:
/// two tasks of one process do not exclude each other.
package final class NumberedLocks: Sendable {
  private let descriptor: Int32
  /// Linux's F_OFD_GETLK and F_OFD_SETLK, which C's headers show to GNU sources alone.
  private static let (getLock, setLock): (Int32, Int32) = (36, 37)

  /// - Parameter path: The locks' file, created where missing; its folder must exist.
  package init(_ path: FilePath) throws(FileError) {
    do {
      descriptor = try openDescriptor(path, O_RDWR | O_CREAT | O_NONBLOCK, mode: 0o666)
    } catch {
      throw FileError(.lock, path, error)
    }
  }

  deinit { close(descriptor) }

  /// Takes a lock.
  ///
  /// - Returns: Whether it is ours now; `true` as well where the file system has no locks.
  package func take(_ number: UInt64) -> Bool {
    let error = set(number, F_WRLCK)
    return error != .resourceTemporarilyUnavailable && error != .permissionDenied
  }

  /// Whether somebody else holds a lock now.
  package func isTaken(_ number: UInt64) -> Bool {
    var lock = Self.lock(number, F_WRLCK)
    return fcntl(descriptor, Self.getLock, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
  }

  /// Gives a lock back.
  package func release(_ number: UInt64) { _ = set(number, F_UNLCK) }

  private func set(_ number: UInt64, _ type: Int32) -> Errno? {
    var lock = Self.lock(number, type)
    return fcntl(descriptor, Self.setLock, &lock) == 0 ? nil : lastError()
  }

  private static func lock(_ number: UInt64, _ type: Int32) -> flock {
    var lock = flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    // Places in a file are positive.
    lock.l_start = off_t(truncatingIfNeeded: number >> 2)
    lock.l_len = 1
    return lock
  }
}
