import CFunctions
import Glibc
import Testing

/// A function of single precision, beside the C library's one of double precision.
struct SingleFunction: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let ours: @Sendable (Float) -> Float
  let reference: @Sendable (Double) -> Double

  static let all = [
    SingleFunction(testDescription: "exp", ours: { nsl_expf($0) }, reference: { exp($0) }),
    SingleFunction(testDescription: "expm1", ours: { nsl_expm1f($0) }, reference: { expm1($0) }),
    SingleFunction(testDescription: "tanh", ours: { nsl_tanhf($0) }, reference: { tanh($0) }),
    SingleFunction(testDescription: "log", ours: { nsl_logf($0) }, reference: { log($0) }),
    SingleFunction(testDescription: "log1p", ours: { nsl_log1pf($0) }, reference: { log1p($0) }),
    SingleFunction(testDescription: "atanh", ours: { nsl_atanhf($0) }, reference: { atanh($0) }),
    SingleFunction(testDescription: "sin", ours: { nsl_sinf($0) }, reference: { sin($0) }),
    SingleFunction(testDescription: "cos", ours: { nsl_cosf($0) }, reference: { cos($0) }),
  ]

  /// The error of a result in units in the last place; infinite where it is of another kind or sign.
  func error(at x: Float) -> Double {
    let (value, exact) = (ours(x), reference(Double(x)))
    let nearest = Float(exact)
    if value.isNaN || exact.isNaN { return value.isNaN && exact.isNaN ? 0 : .infinity }
    guard value.sign == nearest.sign else { return .infinity }
    if value.isInfinite || nearest.isInfinite { return value == nearest ? 0 : .infinity }
    return (Double(value) - exact).magnitude / Double(max(nearest.ulp, .leastNonzeroMagnitude))
  }
}

/// `Tests/Functions/run` does the same over all numbers.
@Suite struct `Functions of single precision are rounded once` {
  @Test(arguments: SingleFunction.all)
  func `over every ten-thousandth number`(function: SingleFunction) {
    var (worst, place) = (0.0, Float(0))
    for bits in stride(from: UInt32(0), to: .max - 10_007, by: 10_007) {
      let x = Float(bitPattern: bits)
      let error = function.error(at: x)
      if error > worst { (worst, place) = (error, x) }
    }
    #expect(worst < 0.51, "at \(place)")
  }

  @Test(arguments: SingleFunction.all)
  func `at zeros, ends and beyond`(function: SingleFunction) {
    let ends: [Float] = [
      0, .infinity, .greatestFiniteMagnitude, .leastNormalMagnitude, .leastNonzeroMagnitude, 1,
      Float(1).nextDown, Float(1).nextUp, 88.722_83, 88.722_84, 103.972_07, 103.972_08, 87.336_54,
      0x1p18, Float(0x1p18).nextDown,
    ]
    for x in ends + ends.map({ -$0 }) {
      #expect(function.error(at: x) < 0.51, "\(x): \(function.ours(x))")
    }
    #expect(function.ours(.nan).isNaN)
  }

  @Test func `a power is that of double precision`() {
    for (x, y) in [(0.9, 17), (0.999, 60_000), (10, -3), (-2, 3), (0, -1)] as [(Float, Float)] {
      #expect(nsl_powf(x, y) == Float(pow(Double(x), Double(y))))
    }
  }
}
