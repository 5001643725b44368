internal import Files
internal import SystemPackage

/// Reads what is added to the events of a job since it was last asked.
struct EventTail {
  private let path: FilePath
  private var offset: Int64 = 0
  private var splitter = LineSplitter()
  private(set) var log = ElementLog()

  init(_ path: FilePath) { self.path = path }

  /// Takes whole lines; nothing where the file is not there yet.
  mutating func read() -> [ElementEvent] {
    let options: FileDescriptor.OpenOptions = [.closeOnExec, .nonBlocking]
    guard let file = try? FileDescriptor.open(path, .readOnly, options: options) else { return [] }
    defer { try? file.close() }
    var events: [ElementEvent] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count =
        (try? buffer.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) })
        ?? 0
      guard count > 0 else { return events }
      offset += Int64(count)
      let lines = buffer[..<count].withUnsafeBytes { splitter.add($0) }
      events += lines.compactMap { log.take($0) }
    }
  }
}
