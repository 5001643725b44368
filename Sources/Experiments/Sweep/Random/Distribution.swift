import Settings
import Statistics
import CFunctions
import YAML

/// What a random search draws a parameter from.
enum Distribution {
  /// Uniform between two numbers.
  case uniform(Double, Double)
  /// The logarithm is uniform between those of two numbers.
  case logUniform(Double, Double)
  /// Each integer from one to another, equally likely.
  case integer(Int, Int)
  /// Uniform, then rounded to a multiple of `q`; `isWhole` where these are integers.
  case quantized(Double, Double, q: Double, isWhole: Bool)
  case normal(mean: Double, standardDeviation: Double)
  /// One of some values; `cumulative` are the sums of their probabilities.
  case choice([Node], cumulative: [Double])

  /// Significant digits of a draw: more than any experiment tells apart, few enough to be read.
  static let digits = 6

  /// The value below which a share of all draws lies, as YAML.
  func text(at share: Double) -> String {
    switch self {
    case .integer(let low, let high):
      let span = Double(high) - Double(low) + 1
      return "\(min(high, low + Int(nearest: (share * span).rounded(.down))))"
    case .quantized(let low, let high, let q, let isWhole):
      let value = Distribution.quantize(low + share * (high - low), q)
      return isWhole ? value.plainText : "\(value)"
    case .uniform(let low, let high), .logUniform(let low, let high):
      return "\(min(max(quantile(share).rounded(toDigits: Distribution.digits), low), high))"
    case .normal: return "\(quantile(share).rounded(toDigits: Distribution.digits) + 0)"
    case .choice(let values, let cumulative):
      return values[Distribution.choice(share, cumulative)].flow
    }
  }

  /// The inverse of the cumulative distribution function, unrounded; of continuous distributions.
  func quantile(_ share: Double) -> Double {
    switch self {
    case .uniform(let low, let high): low + share * (high - low)
    case .logUniform(let low, let high):
      nsl_exp(nsl_log(low) + share * (nsl_log(high) - nsl_log(low)))
    case .normal(let mean, let deviation): mean + deviation * NormalDistribution.quantile(share)
    case .integer, .quantized, .choice: share
    }
  }

  /// The multiple of `q` that is nearest.
  static func quantize(_ value: Double, _ q: Double) -> Double {
    let count = (value / q).rounded(.toNearestOrEven)
    if let (_, step, unit) = SweepRange.decimals(0, q) { return count * step / unit }
    return count * q
  }

  /// The position of the value that a share falls on.
  static func choice(_ share: Double, _ cumulative: [Double]) -> Int {
    cumulative.firstIndex { share < $0 } ?? cumulative.count - 1
  }
}
