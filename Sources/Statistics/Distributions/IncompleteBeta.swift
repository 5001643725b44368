/// The continued fraction of the incomplete beta function.
enum IncompleteBeta {
  /// F in I_x(a, b) = x^a y^b / B(a, b) · F, with y = 1 - x; converges fast for
  /// x < (a + 1) / (a + b + 2).
  ///
  /// Both x and y are given, so that no digits are lost where either is close to 1.
  ///
  /// - Source: DiDonato and Morris 1992, ACM Transactions on Mathematical Software 18(3), algorithm
  ///   708, equation 9; evaluated as in Lentz 1976, Applied Optics 15(3).
  static func fraction(_ x: Double, complement y: Double, _ a: Double, _ b: Double) -> Double {
    func denominator(_ n: Double) -> Double {
      n + n * (b - n) * x / (a + 2 * n - 1)
        + (a + n) / (a + 2 * n + 1) * (a * y - b * x + 1 + n * (1 + y))
    }
    func nonzero(_ value: Double) -> Double { value == 0 ? 1e-300 : value }

    var value = nonzero(a / (a + 1) * (a * y - b * x + 1))
    var c = value
    var d = 0.0
    var n = 1.0
    while true {
      let odd = a + 2 * n - 1
      let numerator = (a + n - 1) / odd * ((a + b + n - 1) / odd) * n * (b - n) * x * x
      let next = denominator(n)
      d = 1 / nonzero(next + numerator * d)
      c = nonzero(next + numerator / c)
      value *= c * d
      // NaN ends it, too.
      guard (c * d - 1).magnitude > 3e-16 else { return 1 / value }
      n += 1
    }
  }
}
