import Experiments
import Settings

/// Random specs with extreme numbers, made from the declarations of the language: a new key is in
/// them as soon as it is declared.
struct ExtremeSpecs {
  private var random: Generator

  init(seed: UInt64) { random = Generator(state: seed) }

  /// Numbers at the edges of what counts, floats and doubles hold, and fractions.
  static let extremes = [
    "0", "-0.0", "1", "-1", "2", "3", "1000", "65536", "65537", "1000000", "2147483647",
    "2147483648", "4294967296", "1000000000000", "9007199254740993", "4611686018427387904",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e15", "1e18", "1e19",
    "3.4028235e38", "3.5e38", "1e300", "-1e300", "1.7976931348623157e308", "1e400", ".inf", "-.inf",
    ".nan", "0.5", "0.9999999999999999", "0.99999999", "1.0e-20", "1e-45", "1e-46", "1e-300",
    "5e-324", "1/3", "8/255", "1e300/1e-300", "1/0", "0x7FFFFFFFFFFFFFFF", "10%",
  ]

  /// A spec: right but for what extreme numbers make wrong.
  mutating func next() -> String {
    let names = ["synthetic-digits", "mnist", "idx"]
    let name = names[Int(random.next() % 3)]
    let isOwn = name == "idx"
    var lines = [
      "dataset: "
        + mapping("dataset", ["name": name] + (isOwn ? ["path": "data"] : [:]))
    ]
    var architecture: [String: String] = [:]
    if isOwn { architecture = ["input_shape": "[28, 28, 1]", "num_classes": "4"] }
    if chance(3) { architecture["layers"] = layers(isOwn ? 4 : 10) }
    lines.append("architecture: " + mapping("architecture", architecture))
    var training: [String: String] = [:]
    if chance(2) {
      training["optimizer"] = mapping("hparams.optimizer", ["name": word("hparams.optimizer")])
    }
    if chance(2) {
      training["schedule"] = mapping("hparams.schedule", ["name": word("hparams.schedule")])
    }
    if chance(3) { training["early_stopping"] = mapping("hparams.early_stopping", [:]) }
    lines.append("hparams: " + mapping("hparams", training))
    if chance(2) { lines.append("adversarial: " + mapping("adversarial", ["method": "nsl"])) }
    let attacks = (0..<random.next() % 3).map { _ in
      mapping(
        "eval.attacks",
        ["name": word("eval.attacks"), "epsilon": chance(2) ? number() : "[0.1, 8/255]"])
    }
    lines.append(
      "eval: " + mapping("eval", ["attacks": "[\(attacks.joined(separator: ", "))]"]))
    if chance(3) { lines.append("sweep: " + sweep()) }
    if chance(3) { lines.append("seeds: " + (chance(2) ? number() : "[\(number())]")) }
    if chance(4) {
      lines.append(
        "compare: {tolerances: {accuracy: \(mapping("compare.tolerances.METRIC", [:]))}}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Parts

  private mutating func sweep() -> String {
    let path = [
      "hparams.learning_rate", "hparams.epochs", "dataset.train_limit", "hparams.weight_decay",
    ][Int(random.next() % 4)]
    // Few points: what is asked is whether numbers are read, not whether many are.
    switch random.next() % 4 {
    case 0:
      let range = mapping("sweep.range", ["min": number(), "max": number(), "count": "3"])
      return "{grid: {\(path): \(range)}}"
    case 1:
      let step = "{min: \(number()), max: \(number()), step: \(number())}"
      return "{grid: {\(path): \(step)}}"
    case 2:
      return "{grid: {\(path): [\(number())]}, where: \"\(path) > \(number()) * \(number())\"}"
    default:
      let parameter = mapping(
        "sweep.random.parameters.PATH",
        ["distribution": word("sweep.random.parameters.PATH"), "min": number(), "max": number()])
      return
        "{random: \(mapping("sweep.random", ["samples": "3", "parameters": "{\(path): \(parameter)}"]))}"
    }
  }

  private mutating func layers(_ classes: Int) -> String {
    let kinds = Vocabulary.sections.filter { $0.name.hasPrefix("architecture.layers.") }
    var items = (0..<random.next() % 4).map { _ -> String in
      let section = kinds[Int(random.next() % UInt64(kinds.count))]
      let kind = section.name.split(separator: ".").last ?? ""
      var fixed: [String: String] = [:]
      for key in section.keys where key.defaultValue == .required {
        fixed[key.name] = value(key.schema)
      }
      return "\(kind): \(mapping(section.name, fixed))"
    }
    items += ["flatten", "dense: \(classes)"]
    return "[\(items.joined(separator: ", "))]"
  }

  /// A section in flow style: keys that are given, and some numbers.
  private mutating func mapping(_ name: String, _ fixed: [String: String]) -> String {
    guard let section = Vocabulary.sections.first(where: { $0.name == name }) else { return "{}" }
    var entries = fixed.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    for key in section.keys where fixed[key.name] == nil && chance(12) && Self.isNumeric(key.schema)
    {
      entries.append("\(key.name): \(value(key.schema))")
    }
    return "{\(entries.joined(separator: ", "))}"
  }

  private static func isNumeric(_ schema: ValueSchema) -> Bool {
    switch schema {
    case .integer, .number: true
    case .list(let item, _, _): isNumeric(item)
    case .either(let schemas): schemas.contains(where: isNumeric)
    default: false
    }
  }

  private mutating func value(_ schema: ValueSchema) -> String {
    switch schema {
    // Half of them are right, so that some specs are.
    case .integer(let range): return chance(2) ? "\(range.lowerBound)" : number()
    case .number: return chance(2) ? "0.5" : number()
    case .list(let item, let minimum, _):
      let items = (0..<max(1, minimum)).map { _ in value(item) }
      return "[\(items.joined(separator: ", "))]"
    case .either(let schemas):
      let numeric = schemas.filter(Self.isNumeric)
      return numeric.isEmpty ? "1" : value(numeric[Int(random.next() % UInt64(numeric.count))])
    case .choice(let words): return words[Int(random.next() % UInt64(words.count))]
    default: return "x"
    }
  }

  /// One of the words that a section's first key, its name, may have.
  private mutating func word(_ section: String) -> String {
    let key = Vocabulary.sections.first { $0.name == section }?.keys.first
    func words(_ schema: ValueSchema) -> [String] {
      switch schema {
      case .choice(let words): words
      case .either(let schemas): schemas.flatMap(words)
      default: []
      }
    }
    let all = key.map { words($0.schema) } ?? []
    return all.isEmpty ? "x" : all[Int(random.next() % UInt64(all.count))]
  }

  private mutating func number() -> String {
    Self.extremes[Int(random.next() % UInt64(Self.extremes.count))]
  }

  private mutating func chance(_ one: UInt64) -> Bool { random.next() % one == 0 }

  /// SplitMix64.
  private struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}

/// What two mappings have together.
private func + (a: [String: String], b: [String: String]) -> [String: String] {
  a.merging(b) { $1 }
}
