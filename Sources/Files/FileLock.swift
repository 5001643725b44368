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
      descriptor = try FileLock.open(path)
    } catch {
      throw FileError(.lock, path, error)
    }
    // From here on `deinit` closes it.
    do throws(Errno) {
      if flock(descriptor, mode.operation | LOCK_NB) == 0 { return }
      let error = lastError()
      guard error == .wouldBlock else { throw error }
      onWait()
      let descriptor = descriptor
      _ = try retryingInterruptions { flock(descriptor, mode.operation) }
    } catch {
      throw FileError(.lock, path, error)
    }
  }

  /// Takes the lock where it is free; `nil` where somebody holds it.
  ///
  /// - Throws: As the other initializer.
  package init?(ifFree path: FilePath, _ mode: Mode = .exclusive) throws(FileError) {
    do {
      descriptor = try FileLock.open(path)
    } catch {
      throw FileError(.lock, path, error)
    }
    if flock(descriptor, mode.operation | LOCK_NB) == 0 { return }
    let error = lastError()
    if error == .wouldBlock { return nil }
    throw FileError(.lock, path, error)
  }

  deinit { close(descriptor) }

  /// Writes a text into the lock's file, for people and other processes; nothing where that cannot
  /// be written.
  package func write(_ text: String) {
    var bytes = Array(text.utf8)
    guard ftruncate(descriptor, 0) == 0 else { return }
    _ = pwrite(descriptor, &bytes, bytes.count, 0)
  }

  /// Whether somebody holds the lock now; no file is made.
  package static func isHeld(_ path: FilePath) -> Bool {
    guard let descriptor = try? openDescriptor(path, O_RDONLY | O_NONBLOCK) else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && lastError() == .wouldBlock
  }

  /// Gives the lock back now, rather than where its scope ends.
  package consuming func release() {}

  private static func open(_ path: FilePath) throws(Errno) -> Int32 {
    try openDescriptor(path, O_RDWR | O_CREAT, mode: 0o666)
  }
}
