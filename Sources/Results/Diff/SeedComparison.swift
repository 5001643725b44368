internal import Statistics

/// Whether a setting's accuracy differs between two tables: a row of each for every seed, taken as
/// one comparison.
package struct SeedComparison: Hashable, Sendable {
  /// What decides.
  package enum Test: String, Hashable, Sendable {
    /// Over seeds: trainings vary.
    case pairedT = "paired_t"
    /// Over examples, of one seed: it tells whether two trained models differ, and nothing of a
    /// setting or a commit.
    case mcNemar = "mcnemar"
    /// Over seeds that are not the same on both sides.
    case welch
  }

  /// Places of its rows in the diff; of several keys if their numbers are of the same trainings.
  package var rows: [Int]
  package var test: Test
  /// How many seeds both tables have; without pairs, the smaller number of both.
  package var seeds: Int
  /// Mean accuracies over the seeds, 0...1.
  package var baseline: Double
  package var candidate: Double
  /// Student's 95 % interval of the change; `nil` where there is none.
  package var interval: ClosedRange<Double>?
  /// Standard deviation of the change over seeds; `nil` with one.
  package var deviation: Double?
  package var pValue: Double
  /// After Holm's correction over all comparisons of the diff.
  package var adjustedPValue: Double = 1
  /// The smallest change that so many seeds show with 80 % probability.
  package var smallestChange: Double?
  /// How many seeds show such a change with 80 % probability.
  package var seedsNeeded: Int?
  package var verdict: Verdict = .inseparable

  package var change: Double { candidate - baseline }

  /// By accuracies of the same seeds, in their order.
  ///
  /// - Returns: `nil` for fewer than two seeds.
  init?(rows: [Int], baseline: [Double], candidate: [Double]) {
    guard let test = PairedTTest(candidate, baseline) else { return nil }
    self.init(
      rows: rows, test: .pairedT, seeds: baseline.count,
      baseline: Sample(baseline).mean ?? 0, candidate: Sample(candidate).mean ?? 0,
      pValue: test.pValue)
    interval = test.interval
    deviation = test.standardDeviation
  }

  /// By accuracies of seeds that are no pairs.
  ///
  /// - Returns: `nil` where a side has fewer than two.
  init?(rows: [Int], unpaired baseline: [Double], candidate: [Double]) {
    guard let test = WelchTTest(candidate, baseline) else { return nil }
    self.init(
      rows: rows, test: .welch, seeds: min(baseline.count, candidate.count),
      baseline: Sample(baseline).mean ?? 0, candidate: Sample(candidate).mean ?? 0,
      pValue: test.pValue)
    interval = test.interval
  }

  /// By the examples that two trained models have right.
  init(rows: [Int], baseline: RightExamples, candidate: RightExamples) {
    let test = McNemarTest(
      onlyFirst: candidate.onlyHere(baseline), onlySecond: baseline.onlyHere(candidate))
    let examples = Double(max(1, baseline.count))
    self.init(
      rows: rows, test: .mcNemar, seeds: 1, baseline: Double(baseline.numberRight) / examples,
      candidate: Double(candidate.numberRight) / examples, pValue: test.pValue)
  }

  private init(
    rows: [Int], test: Test, seeds: Int, baseline: Double, candidate: Double, pValue: Double
  ) {
    self.rows = rows
    self.test = test
    self.seeds = seeds
    self.baseline = baseline
    self.candidate = candidate
    self.pValue = pValue
  }

  /// Decides once p is known for the whole family.
  mutating func decide(level: Double, _ tolerance: Tolerance) {
    if adjustedPValue >= level {
      verdict = .inseparable
    } else if tolerance.allows(baseline: baseline, candidate: candidate) {
      verdict = .withinTolerance
    } else {
      verdict = candidate > baseline ? .improved : .regressed
    }
  }

  mutating func planSeeds(_ effects: inout SmallestEffects) {
    guard let deviation else { return }
    smallestChange = effects.difference(count: seeds, standardDeviation: deviation)
    seedsNeeded = effects.count(difference: change, standardDeviation: deviation)
  }
}
