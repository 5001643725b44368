internal import PlainText
internal import SystemPackage

/// Reads a log that is being written, line by line, since it was last asked.
struct LogTail {
  private var tail: LineTail

  init(_ path: FilePath) { tail = LineTail(path) }

  /// The lines that were added, whole ones alone; `nil` where there is no file.
  mutating func read() -> [String]? {
    tail.read().map { $0.map { String(decoding: $0, as: UTF8.self).printable } }
  }

  /// The end of a log that will not grow any more, where it has no line feed.
  mutating func rest() -> [String] {
    tail.rest().map { [String(decoding: $0, as: UTF8.self).printable] } ?? []
  }
}
