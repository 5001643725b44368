import Glibc
package import SystemPackage

/// Large files, of which only a part is in memory at a time.
package enum FileParts {
  /// In bytes.
  package static let size = 1 << 20

  /// Has a file hold what `fill` writes, whole or not at all; one that holds the same already stays as
  /// it is.
  ///
  /// - Parameter fill: Writes one part after the other.
  /// - Throws: `FileError` that names `path`, or what `fill` throws; the old file is then as it was.
  package static func put(
    _ path: FilePath, fill: (_ write: ([UInt8]) throws(FileError) -> Void) throws -> Void
  ) throws {
    let temporary = temporaryPath(beside: path)
    func check<Result>(_ body: () throws(Errno) -> Result) throws(FileError) -> Result {
      do {
        return try body()
      } catch {
        throw FileError(.write, path, error)
      }
    }
    let descriptor = try check { () throws(Errno) in
      try openDescriptor(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o666)
    }
    var isOpen = true
    do {
      try fill { part throws(FileError) in
        try check { () throws(Errno) in
          let written = part.withUnsafeBytes { part in
            Result { () throws(Errno) in try writeAll(part, to: descriptor) }
          }
          try written.get()
        }
      }
      let isSame = (try? areEqual(temporary, path)) ?? false
      if !isSame {
        try check { () throws(Errno) in _ = try retryingInterruptions { fsync(descriptor) } }
      }
      isOpen = false
      // Network file systems report a full disk only here.
      if close(descriptor) != 0, lastError() != .interrupted {
        throw FileError(.write, path, lastError())
      }
      guard !isSame else {
        _ = temporary.withPlatformString { unlink($0) }
        return
      }
      try check { () throws(Errno) in
        try moveIntoPlace(temporary, path)
        try synchronizeFolder(folder(of: path))
      }
    } catch {
      if isOpen { close(descriptor) }
      _ = temporary.withPlatformString { unlink($0) }
      throw error
    }
  }

  /// Calls `body` with one part of a regular file after the other; all but the last have ``size``
  /// bytes.
  ///
  /// - Throws: `FileError`, or what `body` throws.
  package static func read(
    _ path: FilePath, body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let file = try RegularFile(path)
    var part = [UInt8](repeating: 0, count: size)
    while true {
      let count = try file.fill(&part)
      if count == 0 { return }
      try part.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  private static func areEqual(_ a: FilePath, _ b: FilePath) throws(FileError) -> Bool {
    let first = try RegularFile(a)
    let second = try RegularFile(b)
    guard first.information.size == second.information.size else { return false }
    var parts = ([UInt8](repeating: 0, count: size), [UInt8](repeating: 0, count: size))
    while true {
      let counts = (try first.fill(&parts.0), try second.fill(&parts.1))
      guard counts.0 == counts.1, parts.0[..<counts.0] == parts.1[..<counts.1] else { return false }
      if counts.0 == 0 { return true }
    }
  }
}

extension RegularFile {
  /// Reads on until the part is full or the file ends.
  ///
  /// - Returns: The number of bytes.
  fileprivate func fill(_ part: inout [UInt8]) throws(FileError) -> Int {
    var filled = 0
    while filled < part.count {
      let count: Int
      do {
        count = try retryingInterruptions { () -> Int in
          part.withUnsafeMutableBytes { part in
            let rest = UnsafeMutableRawBufferPointer(rebasing: part[filled...])
            return Glibc.read(descriptor, rest.baseAddress, rest.count)
          }
        }
      } catch {
        throw FileError(.read, path, error)
      }
      if count == 0 { return filled }
      filled += count
    }
    return filled
  }
}
