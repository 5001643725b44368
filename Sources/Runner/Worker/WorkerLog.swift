internal import Glibc
internal import PlainText

/// What a worker says to people: on its standard error at once, and kept for the stage's log.
package final class WorkerLog {
  package private(set) var text = ""
  private let isEchoing: Bool

  /// - Parameter isEchoing: Whether lines go to standard error, too.
  package init(isEchoing: Bool) { self.isEchoing = isEchoing }

  package func write(_ line: String) {
    let line = line.printableLines + "\n"
    text += line
    if isEchoing { StandardStream.error.write(line) }
  }
}

/// A stream that every process has.
enum StandardStream: Int32 {
  case output = 1
  case error = 2

  /// Writes all of it; what the other side does not take is lost.
  func write(_ text: String) { write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return
      }
      rest = rest.dropFirst(written)
    }
  }
}

/// Memory of this process.
enum ProcessMemory {
  /// The largest resident set so far, in bytes.
  static var peak: Int {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    // Linux counts in KiB.
    return usage.ru_maxrss * 1024
  }
}
