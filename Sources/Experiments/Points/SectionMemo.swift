import Settings

/// What a section was decoded to for the values of the axes that reach into it, so that it is read again
/// only where a point changes it.
struct SectionMemo {
  struct Outcome {
    /// Its position in the table of such sections.
    var position: UInt32
    /// A bit for each column whose setting means something in it.
    var active: UInt64
  }

  /// Beyond so many, most are used once.
  private static let capacity = 1 << 16

  let axes: [Int]
  /// The columns that may show something of it.
  let columns: [Int]
  /// The weight of each axis in a number that tells all combinations apart; `nil` where none does.
  private let weights: [UInt64]?
  private var last: (combination: UInt64, outcome: Outcome)?
  private var known: [UInt64: Outcome] = [:]

  /// - Parameters:
  ///   - axes: Those that the section depends on.
  ///   - columns: Those that may show something of it.
  ///   - counts: The number of values of every axis of the sweep.
  init(axes: [Int], columns: [Int], counts: [Int]) {
    self.axes = axes
    self.columns = columns
    var weights: [UInt64]? = []
    var weight: UInt64 = 1
    for axis in axes {
      weights?.append(weight)
      let (next, overflow) = weight.multipliedReportingOverflow(by: UInt64(counts[axis] + 1))
      if overflow { weights = nil }
      weight = next
    }
    self.weights = weights
  }

  private func combination(_ row: ArraySlice<Int32>) -> UInt64? {
    guard let weights else { return nil }
    var sum: UInt64 = 0
    for (position, axis) in axes.enumerated() {
      sum += weights[position] * UInt64(row[row.startIndex + axis] + 1)
    }
    return sum
  }

  mutating func outcome(for row: ArraySlice<Int32>) -> Outcome? {
    guard let combination = combination(row) else { return nil }
    if let last, last.combination == combination { return last.outcome }
    guard let outcome = known[combination] else { return nil }
    last = (combination, outcome)
    return outcome
  }

  mutating func note(_ outcome: Outcome, for row: ArraySlice<Int32>) {
    guard let combination = combination(row) else { return }
    last = (combination, outcome)
    if known.count < SectionMemo.capacity { known[combination] = outcome }
  }
}
