import CFunctions

extension StudentT {
  /// The value below which a share of the distribution lies.
  ///
  /// Newton's iteration on ln P(T > t) as a function of ln t. That is concave, so from the second
  /// step on every iterate lies above the quantile and the next one below it, until no digit changes.
  ///
  /// - Parameter probability: In 0...1; its ends are at ∓ infinity.
  package func quantile(_ probability: Double) -> Double {
    precondition((0...1).contains(probability), "not a probability")
    guard probability <= 0.5 else { return upperQuantile(1 - probability) }
    return -upperQuantile(probability)
  }

  /// The t >= 0 above which a share of at most one half lies.
  private func upperQuantile(_ tail: Double) -> Double {
    if tail == 0.5 { return 0 }
    if tail == 0 { return .infinity }
    let target = nsl_log(tail)
    // Student's t has more in its tails than the normal distribution, so this is too small.
    var t = -NormalDistribution.quantile(tail)
    var isFirst = true
    while true {
      let logTail = logUpperTail(t)
      let slope = nsl_exp(nsl_log(t) + logDensity(t) - logTail)
      let next = min(t * nsl_exp(min((logTail - target) / slope, 700)), .greatestFiniteMagnitude)
      guard next < t || (isFirst && next > t) else { return t }
      isFirst = false
      t = next
    }
  }
}
