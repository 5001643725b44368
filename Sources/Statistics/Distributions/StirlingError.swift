import CFunctions

/// The parts of log-gamma functions that are left when their large terms have cancelled: what the
/// densities below are made from, so that they keep their digits far out in the tails.
///
/// - Source: Loader 2000, "Fast and accurate computation of binomial probabilities".
enum StirlingError {
  /// ln Γ(z) - ((z - ½) ln z - z + ½ ln 2π), of z > 0.
  static func value(_ z: Double) -> Double {
    var z = z
    var correction = 0.0
    while z < 16 {
      correction += (z + 0.5) * nsl_log1p(1 / z) - 1
      z += 1
    }
    // Abramowitz and Stegun 1964, 6.1.41: from 16 on, all digits.
    let w = 1 / (z * z)
    let series =
      1 / 12.0 - w * (1 / 360.0 - w * (1 / 1260.0 - w * (1 / 1680.0 - w * (1 / 1188.0 - w / 522))))
    return correction + series / z
  }

  /// x ln(x / m) + m - x, without cancellation where x and m are close.
  static func deviance(_ x: Double, _ m: Double) -> Double {
    guard (x - m).magnitude < 0.1 * (x + m) else { return x * nsl_log(x / m) + m - x }
    let ratio = (x - m) / (x + m)
    var sum = (x - m) * ratio
    var power = 2 * x * ratio
    var odd = 1.0
    while true {
      power *= ratio * ratio
      odd += 2
      let next = sum + power / odd
      guard next != sum else { return sum }
      sum = next
    }
  }

  /// ln(Γ(z + ½) / Γ(z)).
  static func halfStep(_ z: Double) -> Double {
    z * nsl_log1p(0.5 / z) - 0.5 + 0.5 * nsl_log(z) + value(z + 0.5) - value(z)
  }

  /// m^x e^-m / Γ(x + 1): a Poisson probability, also between whole numbers.
  static func poisson(_ x: Double, mean m: Double) -> Double {
    x == 0 ? nsl_exp(-m) : nsl_exp(-value(x) - deviance(x, m)) / (2 * .pi * x).squareRoot()
  }
}
