internal import Learning
internal import Measurements
internal import Settings

/// The checks that tell a weak or broken attack from a robust model. All of them look at the rows of
/// one model; nothing is evaluated for them. `docs/results.md` lists them.
///
/// - Source: Carlini et al. 2019, arXiv:1902.06705, section 5; Athalye et al. 2018, arXiv:1802.00420,
///   section 3.1.
enum RobustnessCheck {
  /// Differences of accuracy up to this are noise.
  private static let tolerance = 0.005
  /// An attack that leaves so much more than the strongest one of its ball overstates robustness.
  /// Fewer right images than this cannot overstate it.
  private static let overstatement = 0.05
  /// In linf every pixel can become gray: no image is left.
  private static let everything = 0.5
  private static let fewestSteps = 10
  /// What the loss may be multiplied by over the last tenth of the steps. The tutorial's PGD, 40 steps
  /// of epsilon / 30, comes to 1.6 on MNIST; steps that reach the ball's edge at the end to 2 to 6.
  private static let growth = 2.0

  /// The verdict on each row of a model.
  static func verdicts(_ rows: [JudgedAttack]) -> [AttackVerdict] {
    rows.indices.map { place in
      let row = rows[place]
      var verdict = AttackVerdict()
      judgeGradients(row, &verdict)
      if row.isWhiteBox { judgeSettings(row, &verdict) }
      judgeCurve(row, rows, &verdict)
      let ball = rows.indices.filter { $0 != place && rows[$0].sharesBall(with: row) }
      judge(row, beside: ball.map { rows[$0] }, &verdict)
      return verdict
    }
  }

  /// The verdict on the worst case of a ball: that of the attack that can be believed most. Noise,
  /// transfer and searches without gradients alone prove nothing.
  ///
  /// - Parameter rows: Of the ball, each with its verdict.
  static func worstCase(of rows: [(row: JudgedAttack, verdict: AttackVerdict)]) -> AttackVerdict {
    let verdicts = rows.filter(\.row.isWhiteBox).map(\.verdict)
    guard let first = verdicts.first else {
      var verdict = AttackVerdict()
      verdict.add(
        .suspicious, "no attack of this ball sees the model's own gradients: add pgd or autoattack")
      return verdict
    }
    return verdicts.reduce(first) { $0.better($1) }
  }

  private static func judgeGradients(_ row: JudgedAttack, _ verdict: inout AttackVerdict) {
    guard let share = row.measurement.attack?.zeroGradients, share > 0.01 else { return }
    verdict.add(
      share > 0.5 ? .broken : .suspicious,
      "\(JudgedAttack.percent(share)) of the gradients are exactly 0: the model hides them from the "
        + "attack")
  }

  /// What an attack says without others.
  private static func judgeSettings(_ row: JudgedAttack, _ verdict: inout AttackVerdict) {
    let settings = row.settings
    if !row.isFGSM, let steps = settings.method.attack.stepCount, steps < fewestSteps {
      verdict.add(
        .suspicious,
        "\(count(steps, "step")) \(steps == 1 ? "is" : "are") too few for an attack of many steps")
    }
    if let reach = settings.method.attack.reach, reach.leavesBall(of: settings.epsilon) {
      verdict.add(
        .suspicious,
        "a step of \(reach.stepSize.stepText) is longer than the radius of the ball, "
          + settings.epsilon.radiusText)
    }
    if let reach = settings.method.attack.reach, reach.length.isLess(than: settings.epsilon) {
      verdict.add(
        .suspicious,
        "its steps lead \(reach.length.radiusText) far at most, less than the radius of the ball, "
          + settings.epsilon.radiusText)
    }
    if let last = row.lastSteps,
      Double(last.examples) > overstatement * Double(row.isRight.count),
      last.lossAfter > growth * last.lossBefore
    {
      verdict.add(
        .suspicious, "the loss still rises at the last step: more steps would do more harm")
    }
    if settings.norm == .infinity, settings.epsilon >= everything, !row.isFGSM,
      row.accuracy > overstatement
    {
      // If all images are the same gray one, at most one class is right.
      verdict.add(
        row.accuracy > row.largestClass + tolerance ? .broken : .suspicious,
        "\(row.percent) are right although every pixel can become gray: the attack does not work")
    }
  }

  /// Compares a row with those of the same attack at smaller epsilons.
  private static func judgeCurve(
    _ row: JudgedAttack, _ rows: [JudgedAttack], _ verdict: inout AttackVerdict
  ) {
    let smaller = rows.filter {
      $0.name == row.name && $0.settings.norm == row.settings.norm
        && $0.settings.source == row.settings.source && $0.settings.epsilon < row.settings.epsilon
    }
    let other = smaller.max { row.excess(over: $0) < row.excess(over: $1) }
    guard let other, row.excess(over: other) > tolerance else { return }
    verdict.add(
      .suspicious,
      "more are right than at the smaller epsilon \(other.settings.epsilon.radiusText) "
        + "(\(other.percent(beside: row)))")
  }

  /// Compares a row with the others of its ball.
  private static func judge(
    _ row: JudgedAttack, beside ball: [JudgedAttack], _ verdict: inout AttackVerdict
  ) {
    /// Of some rows the one that leaves least, where it leaves less than `row`.
    func strongest(
      by margin: Double = tolerance, _ isMeant: (JudgedAttack) -> Bool
    ) -> JudgedAttack? {
      ball.filter { isMeant($0) && row.excess(over: $0) > margin }
        .max { row.excess(over: $0) < row.excess(over: $1) }
    }
    if let other = strongest({ hasMoreStarts($0, than: row) }) {
      verdict.add(.suspicious, "more restarts do more harm: \(words(other, beside: row))")
    }
    guard row.isWhiteBox else { return }
    if let other = strongest(\.isNoise) {
      verdict.add(.broken, "random noise does more harm: \(words(other, beside: row))")
    }
    if !row.isMinimalNorm {
      if !row.isSingleStep, let other = strongest({ $0.isWhiteBox && $0.isSingleStep }) {
        verdict.add(.suspicious, "one step does more harm: \(words(other, beside: row))")
      }
      if !row.isFGSM, let other = strongest(\.isBlackBox),
        !ball.contains(where: { $0.isWhiteBox && $0.excess(over: other) <= tolerance })
      {
        verdict.add(
          .suspicious,
          "without the model's gradients \(words(other, beside: row)): they may be hidden")
      }
      if let other = strongest(by: overstatement, { _ in true }) {
        verdict.add(.suspicious, "it overstates robustness: \(words(other, beside: row))")
      }
    }
    if row.isFGSM, !ball.contains(where: { $0.isWhiteBox && !$0.isSingleStep }) {
      verdict.add(
        .suspicious, "one step overstates robustness: add pgd or autoattack at the same epsilon")
    }
  }

  /// Whether two rows are the same attack with the same number of steps, and the first has more starts.
  private static func hasMoreStarts(_ other: JudgedAttack, than row: JudgedAttack) -> Bool {
    let (settings, others) = (row.settings, other.settings)
    guard settings.method.word == others.method.word, settings.source == others.source,
      settings.target == others.target,
      settings.method.attack.stepCount == others.method.attack.stepCount,
      let few = settings.method.attack.startCount, let many = others.method.attack.startCount
    else { return false }
    return few < many
  }

  /// "apgd-ce leaves 24.00 %".
  private static func words(_ other: JudgedAttack, beside row: JudgedAttack) -> String {
    "\(other.name) leaves \(other.percent(beside: row))"
  }
}
