import Settings
internal import Glibc
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
      exp(Glibc.log(low) + share * (Glibc.log(high) - Glibc.log(low)))
    case .normal(let mean, let deviation): mean + deviation * standardNormalQuantile(share)
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

/// The inverse of the standard normal distribution's cumulative function, to about 16 digits.
///
/// - Source: M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution",
///   Applied Statistics 37 (1988), PPND16.
package func standardNormalQuantile(_ share: Double) -> Double {
  func ratio(_ x: Double, _ above: [Double], _ below: [Double]) -> Double {
    above.reversed().reduce(0) { $0 * x + $1 } / below.reversed().reduce(0) { $0 * x + $1 }
  }
  let q = share - 0.5
  if q.magnitude <= 0.425 {
    return q
      * ratio(
        0.180625 - q * q,
        [
          3.387_132_872_796_366_608, 1.331_416_678_917_843_774_5e2, 1.971_590_950_306_551_442_7e3,
          1.373_169_376_550_946_112_5e4, 4.592_195_393_154_987_145_7e4,
          6.726_577_092_700_870_085_3e4, 3.343_057_558_358_812_810_5e4,
          2.509_080_928_730_122_672_7e3,
        ],
        [
          1, 4.231_333_070_160_091_125_2e1, 6.871_870_074_920_579_083e2,
          5.394_196_021_424_751_107_7e3, 2.121_379_430_158_659_586_7e4,
          3.930_789_580_009_271_061e4, 2.872_908_573_572_194_267_4e4,
          5.226_495_278_852_854_561e3,
        ])
  }
  let tail = (-Glibc.log(q < 0 ? share : 1 - share)).squareRoot()
  let value =
    tail <= 5
    ? ratio(
      tail - 1.6,
      [
        1.423_437_110_749_683_577_34, 4.630_337_846_156_545_295_9, 5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04, 1.270_458_252_452_368_382_58, 2.417_807_251_774_506_117_7e-1,
        2.272_384_498_926_918_458_33e-2, 7.745_450_142_783_414_076_4e-4,
      ],
      [
        1, 2.053_191_626_637_758_821_87, 1.676_384_830_183_803_849_4,
        6.897_673_349_851_000_045_5e-1,
        1.481_039_764_274_800_745_9e-1, 1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946e-4, 1.050_750_071_644_416_843_24e-9,
      ])
    : ratio(
      tail - 5,
      [
        6.657_904_643_501_103_777_2, 5.463_784_911_164_114_369_9, 1.784_826_539_917_291_335_8,
        2.965_605_718_285_048_912_3e-1, 2.653_218_952_657_612_309_3e-2,
        1.242_660_947_388_078_438_6e-3, 2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
      ],
      [
        1, 5.998_322_065_558_879_376_9e-1, 1.369_298_809_227_358_053_1e-1,
        1.487_536_129_085_061_485_25e-2, 7.868_691_311_456_132_591e-4,
        1.846_318_317_510_054_681_8e-5, 1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
      ])
  return q < 0 ? -value : value
}
