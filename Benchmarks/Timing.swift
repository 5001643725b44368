/// Times several pieces of work in turn, so that a machine that slows down slows them all, and
/// takes the median of each.
///
/// - Returns: Seconds per call, in the order of `work`.
func interleaved(rounds: Int, calls: Int, _ work: [() -> Void]) -> [Double] {
  for piece in work { piece() }
  var times = [[Double]](repeating: [], count: work.count)
  for _ in 0..<rounds {
    for (index, piece) in work.enumerated() {
      let start = ContinuousClock.now
      for _ in 0..<calls { piece() }
      times[index].append((ContinuousClock.now - start) / .seconds(1) / Double(calls))
    }
  }
  return times.map { $0.sorted()[rounds / 2] }
}

/// `4.37` for 0.00437 s.
func milliseconds(_ seconds: Double) -> String {
  let hundredths = Int((seconds * 1e5).rounded())
  let fraction = String(hundredths % 100)
  return "\(hundredths / 100).\(fraction.count == 1 ? "0" : "")\(fraction)"
}

func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
  let space = String(repeating: " ", count: max(0, width - text.count))
  return right ? space + text : text + space
}
