internal import SystemPackage

/// Reads a file that is being written, line by line, since it was last asked.
///
/// The file may not be there yet, begin anew, or vanish.
struct LineTail {
  private let path: FilePath
  private var offset: Int64 = 0
  private var splitter = LineSplitter()

  init(_ path: FilePath) { self.path = path }

  /// The lines that were added, whole ones alone; `nil` where there is no file.
  mutating func read() -> [[UInt8]]? {
    // Whatever stands in the place of the file is not waited for.
    let options: FileDescriptor.OpenOptions = [.noFollow, .nonBlocking, .closeOnExec]
    guard let file = try? FileDescriptor.open(path, .readOnly, options: options) else {
      return nil
    }
    defer { try? file.close() }
    if let size = try? file.seek(offset: 0, from: .end), size < offset {
      (offset, splitter) = (0, LineSplitter())
    }
    var lines: [[UInt8]] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count =
        (try? buffer.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) })
        ?? 0
      guard count > 0 else { return lines }
      offset += Int64(count)
      lines += buffer[..<count].withUnsafeBytes { splitter.add($0) }
    }
  }

  /// The end of a file that will not grow any more, where it has no line feed.
  mutating func rest() -> [UInt8]? { splitter.finish() }
}
