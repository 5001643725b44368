import Glibc

/// One piece of work's seconds per call: medians over several rounds.
struct Seconds {
  /// As a clock on the wall shows them.
  var wall: Double
  /// Of the processor, which is the same where nothing else runs.
  var processor: Double
}

/// Seconds of the processor that this thread has used.
private func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Seconds per call of one round.
@discardableResult
func timed(calls: Int = 1, _ piece: () throws -> Void) rethrows -> Seconds {
  let (start, used) = (ContinuousClock.now, processorTime())
  for _ in 0..<calls { try piece() }
  return Seconds(
    wall: (ContinuousClock.now - start) / .seconds(1) / Double(calls),
    processor: (processorTime() - used) / Double(calls))
}

/// Times several pieces of work in turn, so that a machine that slows down slows them all.
///
/// - Parameter duration: Roughly how many seconds one round of one piece takes.
/// - Returns: In the order of `work`.
func interleaved(rounds: Int, duration: Double, _ work: [() -> Void]) -> [Seconds] {
  let calls = work.map { piece in
    piece()
    return max(1, Int(duration / timed(piece).processor))
  }
  var times = [[Seconds]](repeating: [], count: work.count)
  for _ in 0..<rounds {
    for (index, piece) in work.enumerated() {
      times[index].append(timed(calls: calls[index], piece))
    }
  }
  return times.map { times in
    Seconds(
      wall: times.map(\.wall).sorted()[rounds / 2],
      processor: times.map(\.processor).sorted()[rounds / 2])
  }
}

/// `4.37` for 0.00437 s.
func milliseconds(_ seconds: Double) -> String { hundredths(seconds * 1e3) }

/// `4.37` for 4.3701.
func hundredths(_ number: Double) -> String {
  let hundredths = Int((number * 100).rounded())
  let fraction = String(hundredths % 100)
  return "\(hundredths / 100).\(fraction.count == 1 ? "0" : "")\(fraction)"
}

func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
  let space = String(repeating: " ", count: max(0, width - text.count))
  return right ? space + text : text + space
}
