/// How much is done per second, of late.
struct RecentRate: Sendable {
  /// So many seconds count.
  private static let window = 15.0
  private static let step = 0.5
  private var samples: [(time: Double, amount: Double)] = []

  /// - Parameters:
  ///   - amount: What is done since the beginning.
  ///   - time: In seconds, not before those of earlier calls.
  mutating func note(_ amount: Double, at time: Double) {
    if let last = samples.last, time - last.time < Self.step { return }
    samples.append((time, amount))
    let old = samples.lastIndex { $0.time <= time - Self.window } ?? 0
    samples.removeFirst(old)
  }

  /// Per second; `nil` where it is too early to say.
  func rate(of amount: Double, at time: Double) -> Double? {
    guard let first = samples.first, time - first.time >= 1 else { return nil }
    return max(0, amount - first.amount) / (time - first.time)
  }
}
