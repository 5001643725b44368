import Glibc
package import SystemPackage

/// Files that appear whole or not at all, whatever fails in between.
package enum AtomicFile {
  /// Writes `bytes` to a temporary file in the same folder, forces them to the disk and renames
  /// the file to `path`, replacing what was there.
  ///
  /// - Throws: `FileError` that names `path`; the old file is then as it was and the temporary
  ///   file is gone.
  package static func write(_ bytes: some Sequence<UInt8>, to path: FilePath) throws(FileError) {
    if let result = bytes.withContiguousStorageIfAvailable({ storage in
      Result { () throws(FileError) in
        try write(UnsafeRawBufferPointer(storage), to: path)
      }
    }) {
      return try result.get()
    }
    try write(Array(bytes), to: path)
  }

  /// Writes `text` as UTF-8, whole or not at all.
  package static func write(_ text: String, to path: FilePath) throws(FileError) {
    try write(text.utf8, to: path)
  }

  /// Writes `bytes`, whole or not at all.
  package static func write(_ bytes: UnsafeRawBufferPointer, to path: FilePath) throws(FileError) {
    do {
      try replace(path, with: bytes)
    } catch {
      throw FileError(.write, path, error)
    }
  }

  /// Writes a read-only file into a folder that has not got its name yet, such as ``AtomicFolder`` fills: there
  /// it needs no name of its own until it is whole.
  ///
  /// - Parameter isForced: Whether it is forced to the disk.
  package static func writeNew(
    _ bytes: [UInt8], to path: FilePath, isForced: Bool
  ) throws(FileError) {
    do throws(Errno) {
      let descriptor = try openDescriptor(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o444)
      let written = bytes.withUnsafeBytes { bytes in
        Result { () throws(Errno) in
          try writeAll(bytes, to: descriptor)
          if isForced { _ = try retryingInterruptions { fsync(descriptor) } }
        }
      }
      let isClosed = close(descriptor) == 0 || lastError() == .interrupted
      try written.get()
      if !isClosed { throw lastError() }
    } catch {
      throw FileError(.write, path, error)
    }
  }

  /// Writes `bytes`, whole or not at all, without waiting for the disk: for many files that can be made
  /// again. If the power fails soon after, a file may be empty.
  package static func writeWithoutWaiting(
    _ bytes: [UInt8], to path: FilePath
  ) throws(FileError) {
    let result = bytes.withUnsafeBytes { storage in
      Result { () throws(Errno) in try replace(path, with: storage, isForced: false) }
    }
    do {
      try result.get()
    } catch {
      throw FileError(.write, path, error)
    }
  }

  private static func replace(
    _ path: FilePath, with bytes: UnsafeRawBufferPointer, isForced: Bool = true
  ) throws(Errno) {
    let temporary = temporaryPath(beside: path)
    let descriptor = try openDescriptor(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o666)
    do throws(Errno) {
      do throws(Errno) {
        try writeAll(bytes, to: descriptor)
        if isForced { _ = try retryingInterruptions { fsync(descriptor) } }
      } catch {
        close(descriptor)
        throw error
      }
      // Network file systems report a full disk only here.
      if close(descriptor) != 0, lastError() != .interrupted { throw lastError() }
      try moveIntoPlace(temporary, path)
    } catch {
      _ = temporary.withPlatformString { unlink($0) }
      throw error
    }
    if isForced { try synchronizeFolder(folder(of: path)) }
  }
}

/// Renames, replacing a file or an empty folder at `path`.
func moveIntoPlace(_ temporary: FilePath, _ path: FilePath) throws(Errno) {
  _ = try retryingInterruptions {
    temporary.withPlatformString { old in path.withPlatformString { rename(old, $0) } }
  }
}
