internal import SystemPackage

/// Reads what is added to the events of a job since it was last asked.
struct EventTail {
  private var tail: LineTail
  private(set) var log = ElementLog()

  init(_ path: FilePath) { tail = LineTail(path) }

  /// Takes whole lines; nothing where the file is not there yet.
  mutating func read() -> [ElementEvent] { (tail.read() ?? []).compactMap { log.take($0) } }
}
