/// One piece of work's seconds per call.
struct Seconds {
  var median: Double
  /// The fastest round: what the work takes where nothing else runs.
  var best: Double
}

/// Times several pieces of work in turn, so that a machine that slows down slows them all.
///
/// - Parameter duration: Roughly how many seconds one round of one piece takes.
/// - Returns: In the order of `work`.
func interleaved(rounds: Int, duration: Double, _ work: [() -> Void]) -> [Seconds] {
  func time(_ piece: () -> Void, calls: Int) -> Double {
    let start = ContinuousClock.now
    for _ in 0..<calls { piece() }
    return (ContinuousClock.now - start) / .seconds(1) / Double(calls)
  }
  let calls = work.map { piece in
    piece()
    return max(1, Int(duration / time(piece, calls: 1)))
  }
  var times = [[Double]](repeating: [], count: work.count)
  for _ in 0..<rounds {
    for (index, piece) in work.enumerated() {
      times[index].append(time(piece, calls: calls[index]))
    }
  }
  return times.map { times in
    let sorted = times.sorted()
    return Seconds(median: sorted[rounds / 2], best: sorted[0])
  }
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
