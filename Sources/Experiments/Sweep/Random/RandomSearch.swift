import Settings
internal import Digest
import YAML

/// Where a random search's numbers come from.
enum SamplerName: String, CaseIterable, Sendable {
  /// Independent draws.
  case random
  /// A quasi-random sequence that fills the space evenly.
  case sobol
}

/// `random:` of a block of the sweep.
///
/// A draw is named by the seed, the path and the number of the sample, so that another parameter
/// leaves the draws of the others as they are, and more samples keep the first ones.
struct RandomSearch {
  static let samples = OptionalKey(
    "samples", .integer(1...SweepSection.maximumRuns), .required, "the number of points")
  static let parameters = KeyDescription(
    name: "parameters",
    schema: .map(
      .either([
        .section("sweep.random.parameters.PATH"),
        .list(of: .anything, minimum: 1, maximum: nil), .map(.anything),
      ])), defaultValue: .required,
    summary: "the distribution of each path; a list gives equally likely values")
  static let sampler = Key(
    "sampler", SettingType<SamplerName>.choice("sampler"), default: .random,
    "independent draws, or a Sobol sequence with at most \(SobolSequence.maximumDimensions)"
      + " parameters")
  static let seed = Key(
    "seed", .integer(0...), default: 0, "the seed of the draws")

  static let section = Section(
    "sweep.random", "points drawn at random",
    keys: [samples.description, parameters, sampler.description, seed.description])

  struct Parameter {
    var key: Node
    var range: SourceRange
    var distribution: Distribution
  }

  let samples: Int
  let parameters: [Parameter]
  private let sampler: SamplerName
  private let seed: Int

  /// `nil` where something is wrong, which is reported.
  static func decode(_ node: Node, _ diagnostics: Diagnostics) -> RandomSearch? {
    let before = diagnostics.all.count
    let reader = SectionReader(section, node, diagnostics)
    let samples = reader.required(samples)
    let (sampler, seed) = (reader.value(sampler), reader.value(seed))
    guard node.mapping != nil else { return nil }
    guard let all = reader.node(parameters.name) else {
      guard reader.lacks(parameters.name), !reader.lacks(Self.samples.name) else { return nil }
      diagnostics.error(
        .missingKey, "`parameters` is missing in `sweep.random`", at: node.range,
        suggestion:
          "give the distribution of each path: `hparams.learning_rate: { min: 0.1, max: 1.0 }`"
      )
      return nil
    }
    guard let entries = all.mapping, !entries.isEmpty else {
      mismatch(all, parameters.name, parameters.schema, diagnostics)
      return nil
    }
    let found = entries.map { entry -> Parameter? in
      DistributionSection.decode(entry, diagnostics).map {
        Parameter(key: entry.key, range: entry.value.range, distribution: $0)
      }
    }
    if sampler == .sobol, entries.count > SobolSequence.maximumDimensions {
      diagnostics.error(
        .outOfRange,
        "a Sobol sequence has at most \(SobolSequence.maximumDimensions) parameters, found"
          + " \(entries.count)", at: all.range)
    }
    if let samples, samples.timesAtMost(entries.count) > SweepSection.maximumDraws {
      diagnostics.error(
        .outOfRange,
        "\(samples) samples of \(entries.count) parameters are more than"
          + " \(SweepSection.maximumDraws) values", at: reader.place(self.samples.name))
    }
    guard diagnostics.all.count == before, let samples else { return nil }
    return RandomSearch(
      samples: samples, parameters: found.compactMap { $0 }, sampler: sampler, seed: seed)
  }

  /// The values of one parameter.
  struct Draws {
    var nodes: [Node]
    /// For each sample a position among `nodes`; `nil` where each has one of its own.
    var positions: [Int]?
  }

  /// Draws all samples of a parameter.
  func draw(_ dimension: Int, _ path: String) -> Draws {
    let parameter = parameters[dimension]
    var source = UniformDraws(seed: seed, path: path, sampler: sampler, dimension: dimension)
    if case .choice(let values, let cumulative) = parameter.distribution {
      let positions = (0..<samples).map { sample in
        Distribution.choice(source.uniform(sample), cumulative)
      }
      return Draws(nodes: values, positions: positions)
    }
    let nodes = (0..<samples).map { sample in
      let text = parameter.distribution.text(at: source.uniform(sample))
      return Node(.scalar(Scalar(text)), at: parameter.range)
    }
    return Draws(nodes: nodes, positions: nil)
  }
}

/// Numbers in the open interval 0..<1, each named by what it is for.
struct UniformDraws {
  private let name: String
  private let sequence: SobolSequence?
  /// Moves the whole sequence, so that it depends on the seed and has no point at the edge.
  private let shift: UInt32
  private var block: (number: Int, words: [UInt64]) = (-1, [])

  init(seed: Int, path: String, sampler: SamplerName, dimension: Int) {
    name = "nsl-run sweep 1\nseed=\(seed)\npath=\(path)\n"
    sequence = sampler == .sobol ? SobolSequence(dimension: dimension) : nil
    shift = UInt32(truncatingIfNeeded: UniformDraws.words(name + "sobol\n")[0] >> 32)
  }

  /// The number of a sample.
  mutating func uniform(_ sample: Int) -> Double {
    if let sequence {
      return (Double(sequence.coordinate(sample) ^ shift) + 0.5) * 0x1p-32
    }
    // A digest is good for four.
    if block.number != sample / 4 {
      block = (sample / 4, UniformDraws.words(name + "block=\(sample / 4)\n"))
    }
    return (Double(block.words[sample % 4] >> 11) + 0.5) * 0x1p-53
  }

  /// The four words of a text's SHA-256, most significant byte first.
  private static func words(_ text: String) -> [UInt64] {
    ContentDigest.sha256(Array(text.utf8)).words
  }
}
