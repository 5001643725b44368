/// Cuts a stream of bytes into lines.
struct LineSplitter {
  /// A line longer than this is not one of ours; its rest is dropped.
  static let limit = 1 << 16

  private var line: [UInt8] = []

  /// The lines that `bytes` complete, without their line feeds.
  mutating func add(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        lines.append(line)
        line.removeAll(keepingCapacity: true)
      } else if line.count < Self.limit {
        line.append(byte)
      }
    }
    return lines
  }

  /// What followed the last line feed; `nil` for nothing.
  mutating func finish() -> [UInt8]? {
    defer { line = [] }
    return line.isEmpty ? nil : line
  }
}
