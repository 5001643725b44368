import Learning
import Settings

/// An attack that `peers/attacks` runs in torchattacks, too: in `linf`, at an epsilon of 0.2.
enum MeasuredAttack: String, CaseIterable {
  static let epsilon = 0.2

  case pgd
  /// Examples that are fooled are left alone.
  case pgdEarlyStop = "pgd-early-stop"
  case apgdCE = "apgd-ce"
  case apgdT = "apgd-t"
  /// As AutoAttack runs it: an example is done with as soon as it has a wrong image within epsilon.
  case fabT = "fab-t"
  /// To the closest wrong image, as the attack does by itself.
  case fabTClosest = "fab-t-closest"
  case square
  case autoattack

  /// Those that are measured where none is named: the others take long, and much of their work is that
  /// of `fab-t` and `autoattack`.
  static let usual = allCases.filter { $0 != .apgdT && $0 != .fabTClosest }

  var computation: any Attack {
    switch self {
    case .pgd: computation(of: PGD(stepSize: 0.01))
    case .pgdEarlyStop:
      {
        var pgd = PGD(stepSize: 0.01)
        pgd.earlyStop = true
        return computation(of: pgd)
      }()
    case .apgdCE: computation(of: CrossEntropyAPGD())
    case .apgdT: computation(of: TargetedAPGD())
    case .fabT:
      FABAttack(norm: .infinity, targets: TargetedFAB().targets, epsilon: Float(Self.epsilon))
    case .fabTClosest: computation(of: TargetedFAB())
    case .square: computation(of: Square())
    case .autoattack: computation(of: AutoAttack())
    }
  }

  private func computation(of attack: any AttackDeclaration) -> any Attack {
    AttackSettings(attack, epsilon: Self.epsilon).computation
  }
}

/// What one attack on one model took, and what it left.
struct AttackTime {
  let model: String
  let attack: MeasuredAttack
  let examples: Int
  /// Examples that are right on the clean image and on every one that was found within epsilon.
  let robust: Int
  let seconds: Seconds

  /// Attacks a model once, in batches of the program's own size. Making the passes is not timed; all
  /// checks of the attacked images are.
  init(_ attack: MeasuredAttack, on model: String, _ digits: Digits) throws {
    self.model = model
    self.attack = attack
    examples = digits.split.count
    let computation = attack.computation
    let evaluator = try Evaluator(
      subject: try Network.trained(model), attack: computation,
      batchSize: EvaluationSettings().batchSize, seed: 1)
    var outcomes: [ExampleOutcome] = []
    seconds = try timed { outcomes = try evaluator.evaluate(digits.split).outcomes }
    robust = outcomes.count { outcome in
      computation is any MinimalNormAttack
        ? Double(outcome.distance) > MeasuredAttack.epsilon + PerturbationBall.tolerance
        : outcome.isCorrect
    }
  }

  var json: String {
    "{\"attack\": \"\(attack.rawValue)\", \"model\": \"\(model)\", \"examples\": \(examples), "
      + "\"robust\": \(robust), \"seconds\": \(seconds.wall), \"processor\": \(seconds.processor)}"
  }
}

/// Seconds and robust accuracy of attacks on the tutorial's trained networks.
///
/// - Parameters:
///   - models, attacks: Those to measure, one after the other.
///   - asJSON: An object a line, without a heading.
func printAttacks(
  _ attacks: [MeasuredAttack], on models: [String], _ digits: Digits, asJSON: Bool
) throws {
  if !asJSON {
    print(
      "\n" + padded("\(digits.split.count) images of \(digits.name.rawValue), epsilon 0.2", 50)
        + "     s   processor   robust accuracy")
  }
  for model in models {
    for attack in attacks {
      let time = try AttackTime(attack, on: model, digits)
      if asJSON {
        print(time.json)
        continue
      }
      let share = Double(time.robust) / Double(time.examples)
      print(
        padded("\(model), \(attack.rawValue)", 48)
          + padded(hundredths(time.seconds.wall), 8, right: true)
          + padded(hundredths(time.seconds.processor), 12, right: true)
          + padded("\(hundredths(share * 100)) %", 18, right: true))
    }
  }
}
