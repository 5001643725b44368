import CFunctions

/// What an attack climbs: a function of one example's logits, of its own class and of the class that it
/// is driven to.
package struct LogitLoss: Sendable {
  /// How many classes there must be at least.
  let fewestClasses: Int
  /// Of the attack that climbs it.
  let draws: AttackDraws
  private let function: Function

  /// Returns the value and writes its gradient at the logits, which are finite.
  private typealias Function =
    @Sendable (
      _ logits: UnsafeBufferPointer<Float>, _ label: Int, _ target: Int,
      _ gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double

  private init(fewestClasses: Int, draws: AttackDraws, _ function: @escaping Function) {
    self.fewestClasses = fewestClasses
    self.draws = draws
    self.function = function
  }

  /// The value at `logits`. Where one of them is not finite it is not a number, and the gradient 0.
  ///
  /// - Parameters:
  ///   - label: The example's own class.
  ///   - target: The class that it is driven to; not read by losses that have none.
  ///   - gradient: `[K]`: the gradient at the logits is written there.
  package func callAsFunction(
    _ logits: UnsafeBufferPointer<Float>, label: Int32, target: Int32,
    gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    gradient.update(repeating: 0)
    guard logits.allSatisfy(\.isFinite) else { return .nan }
    return function(logits, Int(label), Int(target), gradient)
  }
}

extension LogitLoss {
  /// The cross-entropy of the example's own class.
  package static let crossEntropy = LogitLoss(fewestClasses: 1, draws: .crossEntropy) {
    logits, label, _, gradient in
    addCrossEntropy(of: label, times: 1, logits, to: gradient)
  }

  /// Minus the cross-entropy of the target.
  package static let targetedCrossEntropy = LogitLoss(fewestClasses: 1, draws: .crossEntropy) {
    logits, _, target, gradient in
    addCrossEntropy(of: target, times: -1, logits, to: gradient)
  }

  /// The difference of logits ratio: `-(z_y - z_o) / (z_1 - z_3 + 1e-12)`, where `z_o` is the largest
  /// logit of another class, and `z_1`, `z_2`, ... are the logits from the largest on.
  ///
  /// - Source: Croce and Hein 2020, arXiv:2003.01690, equation 5.
  package static let logitRatio = LogitLoss(fewestClasses: 3, draws: .logitRatio) {
    logits, label, _, gradient in
    let first = next(nil, logits)
    let second = next(first, logits)
    let third = next(second, logits)
    let other = label == first ? second : first
    return addRatio(
      rising: other, falling: label, over: [(first, 1), (third, -1)], logits, to: gradient)
  }

  /// Its targeted form: `-(z_y - z_t) / (z_1 - (z_3 + z_4) / 2 + 1e-12)`.
  ///
  /// - Source: Croce and Hein 2020, arXiv:2003.01690, equation 6.
  package static let targetedLogitRatio = LogitLoss(fewestClasses: 4, draws: .logitRatio) {
    logits, label, target, gradient in
    let first = next(nil, logits)
    let third = next(next(first, logits), logits)
    let fourth = next(third, logits)
    return addRatio(
      rising: target, falling: label, over: [(first, 1), (third, -0.5), (fourth, -0.5)], logits,
      to: gradient)
  }

  /// The class that follows another one where they are sorted by their logits, the largest first, of
  /// equals the first.
  private static func next(_ class: Int?, _ logits: UnsafeBufferPointer<Float>) -> Int {
    var found: Int?
    for k in logits.indices {
      if let known = `class` {
        guard logits[k] < logits[known] || logits[k] == logits[known] && k > known else { continue }
      }
      if let best = found, logits[k] <= logits[best] { continue }
      found = k
    }
    guard let found else { preconditionFailure("a loss of more classes than there are") }
    return found
  }

  /// In double precision, and without the label's own part where that is nearly 1: what is left of the
  /// loss of a confident model is as exact as its logits.
  private static func addCrossEntropy(
    of label: Int, times factor: Double, _ logits: UnsafeBufferPointer<Float>,
    to gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let own = Double(logits[label])
    var highest = 0.0
    for logit in logits { highest = max(highest, Double(logit) - own) }
    var others = 0.0
    for k in logits.indices where k != label {
      others += nsl_exp(Double(logits[k]) - own - highest)
    }
    let total = nsl_exp(-highest) + others
    for k in logits.indices where k != label {
      gradient[k] += Float(factor * nsl_exp(Double(logits[k]) - own - highest) / total)
    }
    gradient[label] -= Float(factor * others / total)
    return factor * (highest == 0 ? nsl_log1p(others) : highest + nsl_log(total))
  }

  /// The difference of two logits over a sum of some, each with its factor.
  private static func addRatio(
    rising: Int, falling: Int, over sum: [(class: Int, factor: Double)],
    _ logits: UnsafeBufferPointer<Float>, to gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let difference = Double(logits[rising]) - Double(logits[falling])
    var total = 1e-12
    for (k, factor) in sum { total += factor * Double(logits[k]) }
    gradient[rising] += Float(1 / total)
    gradient[falling] -= Float(1 / total)
    for (k, factor) in sum { gradient[k] -= Float(factor * difference / (total * total)) }
    return difference / total
  }
}
