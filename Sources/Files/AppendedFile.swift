import Glibc
package import SystemPackage

/// Files that other programs write to as well, each at the end.
package enum AppendedFile {
  /// Writes `text` at the end of a regular file, which is made where there is none.
  ///
  /// - Throws: `FileError`; `notRegular` for a pipe or a device, without waiting for it.
  package static func append(_ text: String, to path: FilePath) throws(FileError) {
    do throws(Errno) {
      let descriptor = try openDescriptor(
        path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, mode: 0o666)
      defer { close(descriptor) }
      var status = stat()
      if fstat(descriptor, &status) != 0 { throw lastError() }
      guard status.st_mode & S_IFMT == S_IFREG else { throw .invalidArgument }
      let bytes = Array(text.utf8)
      let result = bytes.withUnsafeBytes { bytes in
        Result { () throws(Errno) in try writeAll(bytes, to: descriptor) }
      }
      try result.get()
    } catch {
      throw FileError(.write, path, error)
    }
  }
}
