import Glibc
package import SystemPackage

/// What a person names as an input: a regular file, or a pipe that a shell has opened for this
/// process.
package enum InputFile {
  /// Whether a path names an open descriptor of this process, as a shell's `<(…)` does
  /// (`/dev/fd/63`).
  package static func isDescriptor(_ path: FilePath) -> Bool {
    let text = path.string
    if text == "/dev/stdin" { return true }
    return ["/dev/fd/", "/proc/self/fd/"].contains { folder in
      text.hasPrefix(folder) && Int32(text.dropFirst(folder.count)) != nil
    }
  }

  /// Whether a path names a pipe that a shell has opened.
  package static func isPipe(_ path: FilePath) -> Bool {
    var status = stat()
    return isDescriptor(path) && path.withPlatformString { stat($0, &status) } == 0
      && status.st_mode & S_IFMT == S_IFIFO
  }

  /// All bytes.
  ///
  /// - Throws: `FileError`; `notRegular` at once for pipes that have a name and for devices,
  ///   `tooLarge` beyond `limit` bytes.
  package static func read(_ path: FilePath, limit: Int) throws(FileError) -> [UInt8] {
    guard isPipe(path) else { return try FileSystem.read(path, limit: limit) }
    let descriptor: Int32
    do {
      descriptor = try openDescriptor(path, O_RDONLY)
    } catch {
      throw FileError(.read, path, error)
    }
    defer { close(descriptor) }
    return try read(descriptor, limit: limit, path)
  }

  /// All bytes of standard input, whatever it is.
  ///
  /// - Throws: `FileError` as for a file.
  package static func readStandardInput(limit: Int) throws(FileError) -> [UInt8] {
    try read(STDIN_FILENO, limit: limit, "/dev/stdin")
  }

  private static func read(
    _ descriptor: Int32, limit: Int, _ path: FilePath
  ) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count: Int
      do {
        count = try retryingInterruptions { () -> Int in
          chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        }
      } catch {
        throw FileError(.read, path, error)
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw FileError(.read, path, .tooLarge(limit: limit))
      }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
