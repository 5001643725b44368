import Files
import SystemPackage

extension MappedFile {
  /// Gives the bytes of a file, mapped as long as `body` works on them.
  static func with<Result>(
    _ path: FilePath, _ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Result
  ) throws(DatasetError) -> Result {
    let file: MappedFile
    do {
      file = try MappedFile(path)
    } catch {
      throw DatasetError(error)
    }
    defer { withExtendedLifetime(file) {} }
    return try body(file.bytes)
  }
}
