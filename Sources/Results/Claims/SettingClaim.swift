internal import Statistics

/// What the seeds say about which setting is the most robust under one attack: the answer to "does
/// this setting matter?", in which trainings are what varies.
package struct SettingClaim: Codable, Hashable, Sendable {
  /// The attack, as in the tables.
  package var dataset: String
  package var attack: String
  package var source: String
  package var norm: String
  package var epsilon: Double
  /// The setting with the highest mean accuracy.
  package var best: Contender
  /// All others of this attack, the best first. Settings with the same trainings are one.
  package var rivals: [Rival]

  /// A model at a point of the sweep.
  package struct Contender: Codable, Hashable, Sendable {
    /// One value per axis of the table.
    @PlainPoint package var point: [String]
    package var model: String
    /// Mean over the seeds, 0...1.
    package var accuracy: Double
  }

  /// A setting beside the best one.
  package struct Rival: Codable, Hashable, Sendable {
    package var setting: Contender
    /// How many seeds both have.
    package var seeds: Int
    /// The best less this one, mean over these seeds; 0...1.
    package var difference: Double?
    /// Sample standard deviation of the differences.
    package var deviation: Double?
    /// Student's 95 % interval of the difference.
    package var low: Double?
    package var high: Double?
    /// Of the paired t test, two-sided.
    package var pValue: Double?
    /// The same after Holm's correction over all comparisons of the table.
    package var adjustedPValue: Double?
    /// Of the sign-flip test; from six seeds on, for with fewer it cannot reach 5 %.
    package var signFlipPValue: Double?
    /// The smallest difference that so many seeds show with 80 % probability, as one of the table's
    /// comparisons.
    package var smallestDifference: Double?
    /// How many seeds show a difference like the observed one with 80 % probability, as one of the
    /// table's comparisons.
    package var seedsNeeded: Int?

    /// Whether the difference is more than seeds explain.
    package var isSeparable: Bool { (adjustedPValue ?? 1) < PairedPower.level }

    private enum CodingKeys: String, CodingKey {
      case setting, seeds, difference
      case deviation = "sd"
      case low = "ci_low"
      case high = "ci_high"
      case pValue = "p"
      case adjustedPValue = "p_holm"
      case signFlipPValue = "p_sign_flip"
      case smallestDifference = "smallest_difference"
      case seedsNeeded = "seeds_needed"
    }
  }

  /// The rivals that seeds do not tell apart from the best.
  package var inseparable: [Rival] { rivals.filter { !$0.isSeparable } }
}

extension SettingClaim.Rival {
  /// Without what needs the whole table: ``adjustedPValue`` and ``planSeeds(_:)``.
  init(_ setting: SettingClaim.Contender, best: TrainedSetting, other: TrainedSetting) {
    let (first, second) = best.pairs(with: other)
    self.setting = setting
    seeds = first.count
    guard let test = PairedTTest(first, second) else { return }
    let rounded = NumberText.withoutNoise
    difference = rounded(test.mean)
    deviation = rounded(test.standardDeviation)
    low = (test.interval?.lowerBound).map(rounded)
    high = (test.interval?.upperBound).map(rounded)
    pValue = rounded(test.pValue)
    if SignFlipTest.smallestPValue(count: seeds) < PairedPower.level {
      signFlipPValue = SignFlipTest(first, second).map { rounded($0.pValue) }
    }
  }

  /// Adds which differences so many seeds show, and how many this one needs.
  ///
  /// - Parameter effects: Of tests at the level that a single comparison of the table must reach.
  mutating func planSeeds(_ effects: inout SmallestEffects) {
    guard let difference, let deviation else { return }
    smallestDifference = effects.difference(count: seeds, standardDeviation: deviation)
      .map(NumberText.withoutNoise)
    seedsNeeded = effects.count(difference: difference, standardDeviation: deviation)
  }
}
