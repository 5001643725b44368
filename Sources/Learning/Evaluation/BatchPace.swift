/// How many examples are attacked together: so few that a batch takes about 15 seconds, because what is
/// interrupted within a batch is lost. No result depends on it.
package struct BatchPace: Sendable {
  /// What a batch is to take, in seconds.
  private static let target = 15.0
  private let largest: Int
  /// Fewer would not be quicker; at most `largest`.
  package var smallest: Int
  /// In seconds; `nil` where it is not known.
  private var each: Double?
  private var examples = 0
  private var seconds = 0.0

  /// - Parameters:
  ///   - largest: Never more.
  ///   - each: What an example is expected to take, in seconds; `nil` where that is not known.
  package init(largest: Int, smallest: Int, expecting each: Double?) {
    self.largest = largest
    self.smallest = smallest
    self.each = each
  }

  /// Takes notice of a batch.
  package mutating func add(_ count: Int, seconds: Double) {
    examples += count
    self.seconds += seconds
    // Some examples are harder than others: the slower of the last batch and of all.
    each = max(seconds / Double(count), self.seconds / Double(examples))
  }

  /// As many as are quick enough, were there no ``smallest``.
  package var wanted: Int {
    guard let each, each > 0 else { return largest }
    return Int(max(1, min(Double(largest), Self.target / each)))
  }

  /// The size of the next batch.
  package var next: Int {
    let wanted = wanted
    return wanted >= largest ? largest : max(smallest, wanted / smallest * smallest)
  }
}
