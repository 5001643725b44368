import Experiments
import Settings
import FoundationEssentials
import TestSupport
import Testing

@Suite struct `Random searches` {
  private struct Golden: Decodable {
    struct Draws: Decodable {
      var path: String
      var distribution: String
      var random: [Double]
      var sobol: [Double]
    }
    var draws: [Draws]
    var sobol: [[UInt32]]
    var sobolPoint4095: [UInt32]
  }

  private let golden: Golden

  init() throws {
    golden = try decoded(Golden.self, "sampling-golden.json")
  }

  /// The values of every point, by path.
  private func draws(
    _ parameters: [(path: String, distribution: String)], samples: Int = 16,
    sampler: String = "random"
  ) throws -> [String: [AxisValue]] {
    let lines = parameters.map { "        \($0.path): \($0.distribution)\n" }.joined()
    let spec = try load(
      """
      adversarial: {method: nsl}
      sweep:
        random:
          samples: \(samples)
          sampler: \(sampler)
          seed: 3
          parameters:
      \(lines)
      """)
    #expect(spec.expansion.blocks.first?.written == samples)
    var values: [String: [AxisValue]] = [:]
    for (index, axis) in spec.axes.enumerated() {
      values[axis.path] = spec.points.map { $0.values[index] }
    }
    return values
  }

  private func number(_ value: AxisValue) -> Double {
    switch value {
    case .integer(let value): Double(value)
    case .number(let value), .fraction(let value, _): value
    case .boolean, .text, .absent: .nan
    }
  }

  @Test(arguments: ["random", "sobol"])
  func `draw what SciPy's quantiles say`(sampler: String) throws {
    let values = try draws(
      golden.draws.map { ($0.path, $0.distribution) }, sampler: sampler)
    for expected in golden.draws {
      let found = try #require(values[expected.path]).map(number)
      for (a, b) in zip(found, sampler == "random" ? expected.random : expected.sobol) {
        #expect((a - b).magnitude <= 2e-6 * b.magnitude, "\(expected.path): \(a), not \(b)")
      }
      #expect(found.count == 16)
    }
  }

  @Test func `keep their draws when a parameter or samples are added`() throws {
    let all = golden.draws.map { ($0.path, $0.distribution) }
    let (few, many) = (try draws(all), try draws(Array(all.reversed()), samples: 40))
    for (path, values) in few { #expect(Array(many[path]?.prefix(16) ?? []) == values) }
    // A Sobol sequence counts dimensions: a new parameter goes last.
    let first = try draws(Array(all.prefix(3)), sampler: "sobol")
    let more = try draws(all, samples: 40, sampler: "sobol")
    for (path, values) in first { #expect(Array(more[path]?.prefix(16) ?? []) == values) }
  }

  @Test func `keep to their bounds and multiples`() throws {
    let values = try draws(
      [
        ("hparams.learning_rate", "{min: 0.1, max: 0.3333333333}"),
        ("hparams.epochs", "{min: 1, max: 3}"),
        ("hparams.batch_size", "{distribution: q_uniform, min: 0, max: 64, q: 16}"),
      ].dropLast(), samples: 2000)
    let rates = try #require(values["hparams.learning_rate"]).map(number)
    #expect(rates.allSatisfy { 0.1 <= $0 && $0 <= 0.3333333333 })
    let epochs = try #require(values["hparams.epochs"])
    #expect(Set(epochs) == [.integer(1), .integer(2), .integer(3)])
    for epoch in Set(epochs) { #expect((500...850).contains(epochs.count { $0 == epoch })) }
    let sizes = try draws([
      ("hparams.batch_size", "{distribution: q_uniform, min: 16, max: 64, q: 16}")
    ])
    #expect(
      Set(try #require(sizes["hparams.batch_size"])).isSubset(
        of: [16, 32, 48, 64].map {
          .integer($0)
        }))
  }

  @Test func `have SciPy's Sobol sequence`() {
    for dimension in 0..<SobolSequence.maximumDimensions {
      let sequence = SobolSequence(dimension: dimension)
      for (point, row) in golden.sobol.enumerated() {
        #expect(sequence.coordinate(point) == row[dimension], "\(dimension), \(point)")
      }
      #expect(sequence.coordinate(4095) == golden.sobolPoint4095[dimension])
    }
  }
}
