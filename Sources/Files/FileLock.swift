import Glibc
package import SystemPackage

/// A lock among processes (and threads), held from `init` to the end of its life.
///
/// It is the kernel's (`flock`), so that it ends with its holder however that dies. The file
/// stays: removing it would let two processes lock two files of the same name.
package struct FileLock: ~Copyable {
  private let descriptor: Int32

  package enum Mode: Sendable {
    /// Nobody else holds it.
    case exclusive
    /// Others may hold it in this mode, too.
    case shared

    fileprivate var operation: Int32 { self == .shared ? LOCK_SH : LOCK_EX }
  }

  /// Takes the lock, waiting as long as somebody else holds it.
  ///
  /// - Parameters:
  ///   - path: The lock's file, created where missing; its folder must exist.
  ///   - onWait: Called once, before waiting, only where the lock is taken.
  /// - Throws: `FileError` where the file cannot be opened or the file system has no locks.
  package init(
    _ path: FilePath, _ mode: Mode = .exclusive, onWait: () -> Void = {}
  ) throws(FileError) {
    do {
      descriptor = try FileLock.acquire(path, mode, onWait: onWait)
    } catch {
      throw FileError(.lock, path, error)
    }
  }

  private init(holding descriptor: Int32) { self.descriptor = descriptor }

  /// Takes the lock where it is free.
  ///
  /// - Returns: `nil` where somebody holds it.
  /// - Throws: As the initializer.
  package static func takenIfFree(
    _ path: FilePath, _ mode: Mode = .exclusive
  ) throws(FileError) -> FileLock? {
    do throws(Errno) {
      let descriptor = try openDescriptor(path, O_RDWR | O_CREAT, mode: 0o666)
      if flock(descriptor, mode.operation | LOCK_NB) == 0 {
        return FileLock(holding: descriptor)
      }
      let error = lastError()
      close(descriptor)
      if error == .wouldBlock { return nil }
      throw error
    } catch {
      throw FileError(.lock, path, error)
    }
  }

  deinit { close(descriptor) }

  /// Writes a text into the lock's file, for people and other processes; nothing where that cannot
  /// be written.
  package func write(_ text: String) {
    var bytes = Array(text.utf8)
    guard ftruncate(descriptor, 0) == 0 else { return }
    _ = pwrite(descriptor, &bytes, bytes.count, 0)
  }

  /// Whether somebody holds the lock now, in whatever mode; no file is made.
  package static func isHeld(_ path: FilePath) -> Bool {
    guard let descriptor = try? openDescriptor(path, O_RDONLY | O_NONBLOCK) else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0 && lastError() == .wouldBlock
  }

  /// Gives the lock back now, rather than where its scope ends.
  package consuming func release() {}

  private static func acquire(
    _ path: FilePath, _ mode: Mode, onWait: () -> Void
  ) throws(Errno) -> Int32 {
    let descriptor = try openDescriptor(path, O_RDWR | O_CREAT, mode: 0o666)
    if flock(descriptor, mode.operation | LOCK_NB) == 0 { return descriptor }
    do throws(Errno) {
      let error = lastError()
      guard error == .wouldBlock else { throw error }
      onWait()
      _ = try retryingInterruptions { flock(descriptor, mode.operation) }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }
}
