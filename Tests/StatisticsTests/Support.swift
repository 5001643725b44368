import FoundationEssentials
import TestSupport
import Testing

/// `statistics.json`, made by `make_statistics.py` beside it with SciPy, statsmodels and mpmath.
struct Vectors: Decodable {
  struct Normal: Decodable { let x, cumulative, log: Double }
  struct NormalQuantile: Decodable { let p, x: Double }
  struct Tail: Decodable { let df, t, survival: Double }
  struct StudentQuantile: Decodable { let df, p, t: Double }
  struct ChiSquareTail: Decodable {
    let df: Int
    let x, survival: Double
  }
  struct BinomialTails: Decodable {
    let n, k: Int
    let p, atMost, atLeast: Double
  }
  struct Noncentral: Decodable { let df, delta, t, survival, cumulative: Double }
  struct Wilson: Decodable {
    let successes, trials: Int
    let interval: [Double]
  }
  struct Mean: Decodable {
    let sample: [Double]
    let mean, sd: Double
    let interval: [Double]
  }
  struct McNemar: Decodable {
    let b, c: Int
    let p: Double
  }
  struct Cochran: Decodable {
    let outcomes: [String]
    let statistic: Double
    let df: Int
    let p: Double
  }
  struct Paired: Decodable {
    let first, second: [Double]
    let mean, sd, t: Double
    let df: Int
    let p: Double
    let interval: [Double]
  }
  struct Welch: Decodable {
    let first, second: [Double]
    let t, df, p: Double
    let interval: [Double]
  }
  struct SignFlip: Decodable {
    let first, second: [Double]
    let p: Double
  }
  struct Differences: Decodable {
    let differences: [Double]
    let p: Double
  }
  struct Holm: Decodable { let raw, adjusted: [Double] }
  struct Power: Decodable {
    let n: Int
    let difference, sd, power: Double
  }
  struct SmallestDifference: Decodable {
    let n: Int
    let sd, difference: Double
  }
  struct Count: Decodable {
    let difference, sd: Double
    let n: Int
  }

  let normal: [Normal]
  let normalQuantile: [NormalQuantile]
  let studentT: [Tail]
  let studentQuantile: [StudentQuantile]
  let chiSquare: [ChiSquareTail]
  let binomial: [BinomialTails]
  let noncentralT: [Noncentral]
  let wilson: [Wilson]
  let mean: [Mean]
  let mcnemar: [McNemar]
  let cochran: [Cochran]
  let paired: [Paired]
  let welch: [Welch]
  let signFlip: [SignFlip]
  let signFlipMany: [Differences]
  let holm: [Holm]
  let power: [Power]
  let smallestDifference: [SmallestDifference]
  let count: [Count]

  /// The file's content; a test that reads it fails if it is not there.
  static func load() throws -> Vectors {
    try JSONDecoder().decode(Vectors.self, from: fixture("statistics.json"))
  }
}

/// Whether two numbers are equal up to `tolerance` of their size.
func isClose(_ actual: Double, _ expected: Double, _ tolerance: Double = 1e-10) -> Bool {
  actual == expected || (actual - expected).magnitude <= tolerance * expected.magnitude
}
