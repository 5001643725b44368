import Experiments
import Settings
import FoundationEssentials
import TestSupport
import Testing

@Suite struct `The keys of stages` {
  private func keys(_ text: String, name: String = "t.yaml") throws -> [String] {
    let spec = try SpecLoader.load(text: text, name: name)
    return plan(spec, digest: "of \(spec.dataset.name)").stages.keys.map(\.hex)
  }

  private static let spec = """
    experiment: one
    dataset: {name: mnist, train_limit: 16}
    hparams: {learning_rate: 0.001, epochs: 16}
    adversarial: {method: nsl, adv_grad_norm: infinity}
    models:
      base: {adversarial: none}
      robust: {}
    eval:
      attacks:
        - {name: pgd, label: strong, epsilon: 0.3, source: base}
    seeds: [1, 2]
    """

  /// The same experiment in other words.
  private static let others = [
    (
      "comments and blank lines",
      "# A comment.\n\n" + spec.replacing("epochs: 16}", with: "epochs: 16} # enough\n\n")
    ),
    (
      "the order of keys",
      """
      seeds: [1, 2]
      eval:
        attacks:
          - {source: base, epsilon: 0.3, label: strong, name: pgd}
      models:
        base: {adversarial: none}
        robust: {}
      adversarial: {adv_grad_norm: infinity, method: nsl}
      hparams: {epochs: 16, learning_rate: 0.001}
      dataset: {train_limit: 16, name: mnist}
      """
    ),
    (
      "the spelling of numbers",
      spec.replacing("0.001", with: "1.0e-03").replacing("epochs: 16", with: "epochs: 0x10")
        .replacing("train_limit: 16", with: "train_limit: 0o20").replacing("0.3", with: ".30")
    ),
    ("another word for a norm", spec.replacing("infinity", with: "linf")),
    (
      "names of experiments and models, and labels",
      spec.replacing("experiment: one", with: "experiment: two").replacing("base", with: "plain")
        .replacing("robust", with: "hardened").replacing("strong", with: "weak")
    ),
    (
      "block style and quotes",
      spec.replacing(
        "adversarial: {method: nsl, adv_grad_norm: infinity}",
        with: """
          adversarial:
            "method": 'nsl'
            adv_grad_norm: "infinity"
          """)
    ),
    (
      "anchors and merges",
      spec.replacing(
        "hparams: {learning_rate: 0.001, epochs: 16}",
        with: """
          hparams:
            <<: &common {learning_rate: 0.001, epochs: 7}
            epochs: 16
          """)
    ),
    (
      "defaults that are written out",
      spec.replacing("epochs: 16}", with: "epochs: 16, batch_size: 32, optimizer: adam}")
        .replacing("infinity}", with: "infinity, adv_multiplier: 0.2, clip_value_min: null}")
    ),
    ("a sweep over one value", spec + "\nsweep: {grid: {hparams.epochs: [16]}}"),
    ("what diff compares with", spec + "\ncompare: {baseline: some.csv}"),
  ]

  @Test(arguments: others)
  func `do not change with`(what: String, text: String) throws {
    #expect(try keys(text) == keys(Self.spec), "\(what)")
  }

  @Test func `do not change with the spec's path`() throws {
    let unnamed = Self.spec.replacing("experiment: one\n", with: "")
    #expect(try keys(unnamed, name: "a.yaml") == keys(unnamed, name: "deep/er/b.yml"))
  }

  @Test func `do not change with what is extended instead of written`() throws {
    try withFolder([
      "base.yaml": Self.spec.replacing("epochs: 16", with: "epochs: 3"),
      "sub.yaml": "experiment: x\nextends: base.yaml\nhparams: {epochs: 16}\n",
    ]) { folder in
      let spec = try SpecLoader.load(path: folder.appending(path: "sub.yaml").path)
      #expect(plan(spec, digest: "of mnist").stages.keys.map(\.hex) == (try keys(Self.spec)))
    }
  }

  @Test func `are those of the numbers alone where an attack keeps no images`() throws {
    func stages(_ keep: String) throws -> [Stage] {
      let text = Self.spec.replacing("source: base}", with: "source: base\(keep)}")
      return Array(
        plan(try SpecLoader.load(text: text, name: "t.yaml"), digest: "of mnist").stages)
    }
    let without = try stages("")
    #expect(try stages(", keep: false").map(\.key) == without.map(\.key))
    let with = try stages(", keep: true")
    let keeping = with.filter { $0.work.withoutKeep != nil }
    // Two models under one attack, for two seeds.
    #expect(keeping.count == 4)
    #expect(keeping.allSatisfy { $0.work.canonicalText.contains("\neval.attacks.keep=true\n") })
    #expect(Set(keeping.map(\.key)).isDisjoint(with: without.map(\.key)))
    #expect(with.map { $0.work.withoutKeep?.key ?? $0.key } == without.map(\.key))
  }

  // MARK: Every key of the language

  /// Keys that decide no stage's output, in any spec.
  private static let withoutEffect: Set<String> = [
    // Names, and where things lie.
    "experiment", "description", "tags", "extends", "dataset.path", "dataset.train_images",
    "dataset.train_labels",
    "dataset.test_images", "dataset.test_labels", "eval.attacks.label",
    "compare.baseline",
    "compare.tolerances.METRIC.atol", "compare.tolerances.METRIC.rtol", "compare.significance",
    "compare.fail_on",
    // How many threads share a stage.
    "threads",
    // What becomes of stages that fail.
    "retries", "timeout",
    // Where stages run.
    "launcher", "launcher.name", "launcher.partition", "launcher.time", "launcher.cpus_per_task",
    "launcher.mem", "launcher.array_parallelism", "launcher.setup", "launcher.extra",
    // The data set that is found decides; this one stands in before keys are made.
    "dataset.fallback",
    // An example's outcome does not depend on the others of its batch.
    "eval.batch_size",
    // Only those of the data set are allowed.
    "architecture.input_shape", "architecture.num_classes",
  ]

  /// A spec in which every section has something to say.
  private static let start: JSONValue = .object([
    "dataset": .object(["name": .text("mnist")]),
    "adversarial": .object(["method": .text("nsl")]),
    "models": .object([
      "a": .object([:]), "b": .object(["hparams": .object(["epochs": .integer(3)])]),
    ]),
    "eval": .object([
      "attacks": .list([.object(["name": .text("fgsm"), "epsilon": .number(0.2)])])
    ]),
  ])

  /// Keys whose values have settings of their own: each of them is a spec to start from.
  private static let selectors = [
    "hparams.optimizer.name", "hparams.schedule.name", "adversarial.method", "eval.attacks.name",
  ]

  @Test func `change with every setting that decides something`() throws {
    let sections = Vocabulary.sections.filter { section in
      !section.name.hasPrefix("models.") && !section.name.hasPrefix("sweep")
        && !section.name.hasPrefix("architecture.layers")
    }
    let momentum = JSONValue.object(["name": .text("sgd"), "momentum": .number(0.9)])
    var starts = [
      Self.start, Self.start.setting("hparams.optimizer", to: momentum),
      Self.start.setting("dataset.validation_split", to: .number(0.25)),
      Self.start.setting(
        "eval.attacks",
        to: .list([.object(["name": .text("rotation"), "severity": .integer(2)])])),
    ]
    for settings in [
      "{name: step, step_size_steps: 5}", "{name: step, step_size_epochs: 5}",
      "{name: step, boundaries_steps: [5]}", "{name: step, boundaries_epochs: [5]}",
      "{name: exponential, decay_steps: 5, decay_rate: 0.25}", "{warmup_steps: 5}",
    ] {
      starts.append(Self.start.setting("hparams.schedule", to: JSONValue(.text(settings))))
    }
    for section in sections {
      for key in section.keys where Self.selectors.contains("\(section.name).\(key.name)") {
        let chosen = Self.samples(key.schema).map {
          Self.start.setting("\(section.name).\(key.name)", to: $0)
        }
        starts += chosen
        // Some settings of attacks have a meaning in `l1` only.
        guard section.name == "eval.attacks" else { continue }
        starts += chosen.map { $0.setting("eval.attacks.norm", to: .text("l1")) }
      }
    }
    var effective = 0
    for section in sections {
      for key in section.keys {
        let path = section.name.isEmpty ? key.name : "\(section.name).\(key.name)"
        let values = Self.examples[path] ?? Self.samples(key.schema)
        guard !values.isEmpty else { continue }
        let found = try starts.lazy.compactMap { try effect(of: path, values, in: $0) }.first
        if let found {
          effective += 1
          // No two values are taken for the same.
          #expect(Set(found).count == found.count, "`\(path)` has equal keys for different values")
        }
        #expect(
          (found != nil) != Self.withoutEffect.contains(path),
          "`\(path)` \(found == nil ? "changes no" : "changes a") stage's key")
      }
    }
    #expect(effective > 35)
  }

  /// The keys of the stages for every value that is allowed; `nil` where they are those of the
  /// spec without it.
  private func effect(
    of path: String, _ values: [JSONValue], in start: JSONValue
  ) throws -> [[String]]? {
    guard let before = try? keys(json(start)) else { return nil }
    var all: [[String]] = []
    for value in values {
      guard let keys = try? keys(json(start.setting(path, to: value))) else { continue }
      all.append(keys)
    }
    return all.contains { $0 != before } ? all : nil
  }

  private func json(_ value: JSONValue) throws -> String {
    let encoder = JSONEncoder()
    // The order of models is that of stages.
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Values of keys whose schemas do not tell enough.
  private static let examples: [String: [JSONValue]] = [
    "hparams.early_stopping": [.object(["patience": .integer(2)])],
    // `auto` is one of these.
    "hparams.early_stopping.mode": [.text("min"), .text("max")],
    "eval.attacks.clip": [
      .list([.integer(-1), .integer(1)]), .list([.integer(0), .integer(2)]),
    ],
    "architecture.layers": [[5, 10], [10]].map { widths in
      .list([.text("flatten")] + widths.map { .object(["dense": .integer($0)]) })
    },
  ]

  /// Some values of a schema that mean different things.
  private static func samples(_ schema: ValueSchema) -> [JSONValue] {
    switch schema {
    case .integer(let range):
      [0, 1, 2, 7, 100].filter(range.contains).map(JSONValue.integer)
    case .number: [0, 0.03, 0.5, 1, 3].map(JSONValue.number)
    case .boolean: [.boolean(false), .boolean(true)]
    case .text: [.text("x"), .text("y")]
    case .name: [.text("a"), .text("b"), .text("c")]
    case .choice(let words): words.filter { $0 != "linf" }.map(JSONValue.text)
    case .list(let item, let minimum, let maximum):
      samples(item).flatMap { value in
        [max(1, minimum), max(1, minimum) + 1].filter { $0 <= maximum ?? .max }.map {
          JSONValue.list(Array(repeating: value, count: $0))
        }
      } + (samples(item).count > 1 && minimum == 2 ? [.list(Array(samples(item).prefix(2)))] : [])
    case .either(let schemas):
      // A list of one item may be another word for the item.
      schemas.flatMap(samples).filter {
        if case .list(let items) = $0 { items.count > 1 } else { true }
      }
    case .anything, .map, .section: []
    }
  }
}

extension JSONValue {
  /// The value with another one at a path; a list stands for its first item, and what is no object
  /// on the way becomes one.
  fileprivate func setting(_ path: String, to value: JSONValue) -> JSONValue {
    setting(path.split(separator: ".").map(String.init)[...], to: value)
  }

  private func setting(_ path: ArraySlice<String>, to value: JSONValue) -> JSONValue {
    guard let name = path.first else { return value }
    switch self {
    case .list(var items):
      items[0] = items[0].setting(path, to: value)
      return .list(items)
    case .object(var values):
      values[name] = (values[name] ?? .object([:])).setting(path.dropFirst(), to: value)
      return .object(values)
    default: return .object([name: JSONValue.object([:]).setting(path.dropFirst(), to: value)])
    }
  }
}
