internal import Learning
internal import Measurements
internal import Settings

/// One row of a model under attack, as the checks see it.
struct JudgedAttack {
  let settings: AttackSettings
  /// As tables call it.
  let name: String
  let measurement: Measurement
  /// Of each example, in the order of the split, whether it is right at the row's epsilon.
  let isRight: [Bool]
  /// The share of the most frequent class.
  let largestClass: Double
  /// `nil` where the evaluation has none.
  let lastSteps: LastSteps?

  /// - Parameter shown: What came of each example at the row's epsilon; at least one.
  init(
    _ settings: AttackSettings, name: String, _ measurement: Measurement,
    shown: [ExampleOutcome], lastSteps: LastSteps?
  ) {
    self.settings = settings
    self.name = name
    self.measurement = measurement
    self.lastSteps = lastSteps
    isRight = shown.map(\.isCorrect)
    let counts = Dictionary(shown.map { ($0.label, 1) }, uniquingKeysWith: +)
    largestClass = Double(counts.values.max() ?? 0) / Double(max(shown.count, 1))
  }

  /// Of all examples, in `0...1`.
  var accuracy: Double { accuracy(ofFirst: isRight.count) }
  func accuracy(ofFirst count: Int) -> Double {
    Double(isRight.prefix(count).count { $0 }) / Double(max(count, 1))
  }
  /// "31.00 %".
  var percent: String { JudgedAttack.percent(accuracy) }

  var isNoise: Bool { settings.method.attack is any NoiseDeclaration }
  private var usesGradients: Bool { settings.method.traits.contains(.gradients) }
  private var isEnsemble: Bool { !settings.method.attack.members.isEmpty }
  /// Whether it sees the attacked model's own gradients, and drives images to no special class.
  var isWhiteBox: Bool {
    (usesGradients || isEnsemble) && settings.source == .own && settings.target == nil
  }
  /// Whether it knows less than the attacked model's gradients.
  var isBlackBox: Bool {
    !isNoise && settings.target == nil && !isEnsemble && (!usesGradients || settings.source != .own)
  }
  /// Whether it takes one step alone, as `fgsm` does, or another attack that was given one.
  var isSingleStep: Bool { settings.method.attack.stepCount == 1 }
  /// Whether it is known to take one step, and is reported for that.
  var isFGSM: Bool { settings.method.attack is FGSM }
  var isMinimalNorm: Bool { settings.method.traits.contains(.minimalNorm) }

  /// Whether two rows can be compared: they are of the same ball. Of the examples those are compared
  /// that both have, the first ones.
  func sharesBall(with other: JudgedAttack) -> Bool { settings.sharesBall(with: other.settings) }

  /// How many examples both have.
  func common(with other: JudgedAttack) -> Int { min(isRight.count, other.isRight.count) }

  /// How much more is right than under another attack, on the examples that both have.
  func excess(over other: JudgedAttack) -> Double {
    let count = common(with: other)
    return accuracy(ofFirst: count) - other.accuracy(ofFirst: count)
  }

  /// "24.00 %", of the examples that another row has, too.
  func percent(beside other: JudgedAttack) -> String {
    JudgedAttack.percent(accuracy(ofFirst: common(with: other)))
  }

  static func percent(_ share: Double) -> String {
    let hundredths = Int((share * 10_000).rounded())
    let rest = String(hundredths % 100)
    return "\(hundredths / 100).\(rest.count < 2 ? "0" : "")\(rest) %"
  }
}
