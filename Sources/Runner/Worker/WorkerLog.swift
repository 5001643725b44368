internal import Files
internal import Glibc
internal import PlainText
internal import SystemPackage

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
        // Whoever shares the stream may have made it so: a line is not to end in the middle.
        if errno == EAGAIN {
          var descriptor = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
          if poll(&descriptor, 1, -1) > 0 || errno == EINTR { continue }
        }
        return
      }
      rest = rest.dropFirst(written)
    }
  }
}

/// Memory of this process.
enum ProcessMemory {
  /// Has freed memory stay with the process, up to a limit: stages of one kind allocate the same, and
  /// pages that are given back and taken again cost more than small stages compute.
  static func keepFreed() {
    let (trimThreshold, mapThreshold): (Int32, Int32) = (-1, -3)
    MemoryAllocator.set(trimThreshold, to: 64 << 20)
    MemoryAllocator.set(mapThreshold, to: 16 << 20)
  }

  /// Has the peak begin anew: from here on it is that of the stage at hand, with what the worker keeps
  /// of others. Where the system refuses, the peak stays that of the process.
  static func forgetPeak() {
    let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = write(file, "5", 1)
    close(file)
  }

  /// The largest resident set so far, in bytes.
  static var peak: Int {
    let status = (try? FileSystem.read("/proc/self/status")) ?? []
    if let name = status.firstRange(of: Array("VmHWM:".utf8)) {
      let digits = status[name.upperBound...].drop { !$0.isDigit }.prefix(while: \.isDigit)
      if let size = Int(String(decoding: digits, as: UTF8.self)) { return size * 1024 }
    }
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    // Linux counts in KiB.
    return usage.ru_maxrss * 1024
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
