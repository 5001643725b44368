import Settings
import Experiments
import Results

/// Examples of what a spec may say, made from the declarations.
enum ExampleValue {
  /// What no declaration tells: by a whole path.
  private static let written = [
    "experiment": "my-experiment", "description": "less regularization", "tags": "[ablation]",
    "extends": "base.yaml", "dataset": "{ name: mnist, fallback: synthetic-digits }",
    "dataset.path": "my-data", "dataset.fallback": "synthetic-digits",
    "dataset.train_images": "x_train.npy", "dataset.train_labels": "y_train.npy",
    "dataset.test_images": "x_test.npy", "dataset.test_labels": "y_test.npy",
    "architecture.input_shape": "[28, 28, 1]", "architecture.num_classes": "10",
    "architecture.kernel_size": "[3, 3]", "architecture.pool_size": "[2, 2]",
    "hparams.schedule.name": "cosine", "hparams.schedule": "{ name: cosine, warmup_epochs: 1 }",
    "eval.attacks": "- { name: fgsm, epsilon: 0.1 }", "eval.attacks.targeted": "next",
    "eval.attacks.label": "pgd-strong", "compare.baseline": "baselines/my-experiment.csv",
    "compare.tolerances": "{ accuracy: { atol: 0.01 } }",
    "retries": "2", "timeout": "10m", "launcher": "{ name: slurm, partition: cpu }",
    "launcher.partition": "cpu",
    "launcher.time": "02:00:00", "launcher.mem": "4G",
    "launcher.setup": "[module load gcc]", "launcher.extra": "[--account=my-project]",
    "threads": "2",
  ]

  /// The same by a key's own name: usual sizes.
  private static let usual = [
    "activation": "relu", "filters": "32", "kernel_size": "3", "pool_size": "2", "units": "64",
    "steps": "20",
    "train_limit": "1000", "test_limit": "1000", "limit": "1000",
  ]

  /// Whether the path has an example that is no guess.
  static func isWritten(_ path: String) -> Bool { written[path] != nil }

  /// A value of a key in YAML's flow style; another one than the default where that is easy.
  static func of(_ key: KeyDescription, at path: String) -> String {
    value(of: key, at: path, depth: 0)
  }

  private static func value(of key: KeyDescription, at path: String, depth: Int) -> String {
    if let value = written[path] ?? usual[key.name] ?? LayerExample.value(at: path) { return value }
    if key.name == "inputs" { return LayerExample.inputs(at: path) }
    var fallback: String?
    if case .value(let text) = key.defaultValue { fallback = text }
    return value(of: key.schema, unlike: fallback, depth: depth)
  }

  private static func value(of schema: ValueSchema, unlike text: String?, depth: Int) -> String {
    switch schema {
    case .integer(let range): return integer(in: range, unlike: text)
    case .number(let range): return number(in: range, unlike: text)
    case .boolean: return text == "true" ? "false" : "true"
    case .text: return "data.npz"
    case .name: return "my-name"
    case .anything: return "1"
    case .choice(let words):
      return words.first { $0 != text && $0 != "none" } ?? words.first ?? ""
    case .list(let item, let minimum, _):
      if let text, text.hasPrefix("["), text != "[]" { return text }
      let one = value(of: item, unlike: nil, depth: depth)
      return "[" + Array(repeating: one, count: max(1, minimum)).joined(separator: ", ") + "]"
    case .map(let item): return "{ my-name: \(value(of: item, unlike: nil, depth: depth + 1)) }"
    case .section(let name): return section(name, depth: depth)
    case .either(let schemas):
      // `none` alone teaches nothing.
      let telling = schemas.first { $0 != .choice(["none"]) } ?? schemas[0]
      return value(of: telling, unlike: text, depth: depth)
    }
  }

  /// What must stand in a section, else its first key.
  private static func section(_ name: String, depth: Int) -> String {
    let keys = LanguageIndex.shared.entries(named: name).first?.section?.keys ?? []
    let required = keys.filter { $0.defaultValue == .required }
    let isLayer = name.hasPrefix("architecture.layers.")
    let shown = required.isEmpty && !isLayer ? Array(keys.prefix(1)) : required
    guard !shown.isEmpty, depth < 4 else { return "{}" }
    return mapping(
      shown.map { ($0.name, value(of: $0, at: "\(name).\($0.name)", depth: depth + 1)) })
  }

  /// `{ name: pgd, epsilon: 0.1 }`.
  static func mapping(_ entries: [(key: String, value: String)]) -> String {
    "{ " + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + " }"
  }

  private static func integer(in range: ClosedRange<Int>, unlike text: String?) -> String {
    let candidates = [text.flatMap { Int($0) }.map { 2 * $0 } ?? 10, 10, 1, range.lowerBound]
    return "\(candidates.first { range.contains($0) && "\($0)" != text } ?? range.lowerBound)"
  }

  private static func number(in range: NumberRange, unlike text: String?) -> String {
    let given = text.flatMap { Double($0) } ?? 0
    let candidates = [10 * given, given / 2, 0.1, 0.5, 1]
    let isInside = { (value: Double) in
      value > range.lower ?? -.infinity && value < range.upper ?? .infinity
    }
    let value = candidates.first { $0 != given && isInside($0) } ?? range.lower ?? 0
    return NumberText.significant(value, digits: 4)
  }
}
