import CFunctions

/// The binomial distribution: successes among independent trials.
package struct Binomial: Sendable {
  package let trials: Int
  package let probability: Double

  package init(trials: Int, probability: Double) {
    precondition(trials >= 0 && (0...1).contains(probability), "not a binomial distribution")
    self.trials = trials
    self.probability = probability
  }

  /// The probability of exactly so many successes.
  ///
  /// - Source: Loader 2000, "Fast and accurate computation of binomial probabilities".
  package func probability(of successes: Int) -> Double {
    guard (0...trials).contains(successes) else { return 0 }
    if probability == 0 { return successes == 0 ? 1 : 0 }
    if probability == 1 { return successes == trials ? 1 : 0 }
    let n = Double(trials)
    let k = Double(successes)
    if successes == 0 { return nsl_exp(n * nsl_log1p(-probability)) }
    if successes == trials { return nsl_exp(n * nsl_log(probability)) }
    let logValue =
      StirlingError.value(n) - StirlingError.value(k) - StirlingError.value(n - k)
      - StirlingError.deviance(k, n * probability)
      - StirlingError.deviance(n - k, n * (1 - probability))
    return nsl_exp(logValue) * (n / (2 * .pi * k * (n - k))).squareRoot()
  }

  /// The probability of at most so many successes; relatively exact in the lower tail, too.
  package func atMost(_ successes: Int) -> Double {
    if successes < 0 { return 0 }
    if successes >= trials { return 1 }
    guard Double(successes) > Double(trials) * probability else { return lowerSum(successes) }
    return 1
      - Binomial(trials: trials, probability: 1 - probability)
      .lowerSum(trials - successes - 1)
  }

  /// The probability of at least so many successes; relatively exact in the upper tail, too.
  package func atLeast(_ successes: Int) -> Double {
    Binomial(trials: trials, probability: 1 - probability).atMost(trials - successes)
  }

  /// The terms from `successes` down to 0, of successes below the mean: they only fall.
  private func lowerSum(_ successes: Int) -> Double {
    let odds = (1 - probability) / probability
    var term = probability(of: successes)
    var sum = term
    for k in stride(from: successes, to: 0, by: -1) {
      term *= Double(k) / Double(trials - k + 1) * odds
      let next = sum + term
      guard next != sum else { break }
      sum = next
    }
    return sum
  }
}
