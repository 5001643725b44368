internal import Glibc

/// Cuts a stream of bytes into lines.
struct LineSplitter {
  /// A line longer than this is not one of ours; its rest is dropped.
  static let limit = 1 << 16

  private var line: [UInt8] = []

  /// The lines that `bytes` complete, without their line feeds.
  mutating func add(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let end = Self.lineFeed(in: rest)
      let part = rest[..<(end ?? rest.endIndex)]
      line.append(contentsOf: part.prefix(Self.limit - line.count))
      guard let end else { break }
      lines.append(line)
      line = []
      rest = rest[(end + 1)...]
    }
    return lines
  }

  /// Where the first line feed is.
  static func lineFeed(in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
    let part = UnsafeRawBufferPointer(rebasing: bytes)
    guard let start = part.baseAddress,
      let found = memchr(start, Int32(UInt8(ascii: "\n")), part.count)
    else { return nil }
    return bytes.startIndex + (UnsafeRawPointer(found) - start)
  }

  /// What followed the last line feed; `nil` for nothing.
  mutating func finish() -> [UInt8]? {
    defer { line = [] }
    return line.isEmpty ? nil : line
  }
}
