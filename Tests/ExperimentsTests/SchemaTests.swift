import Experiments
import Settings
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import YAML

@Suite struct `The JSON Schema` {
  private static let file = "docs/nsl-run.schema.json"

  @Test func `in docs is what the program prints`() throws {
    let url = repository.appending(path: Self.file)
    if ProcessInfo.processInfo.environment["NSL_RECORD_SNAPSHOTS"] == "1" {
      try Data(SpecSchema.text.utf8).write(to: url)
    }
    #expect(try text(of: Self.file) == SpecSchema.text, "record it with NSL_RECORD_SNAPSHOTS=1")
  }

  @Test func `is named by every example`() throws {
    for path in try examples() {
      let first = try text(of: path).split(separator: "\n").first ?? ""
      #expect(first == "# yaml-language-server: $schema=../\(Self.file)", "\(path)")
    }
  }

  /// Kinds of mistakes that no schema sees: they are about more than one value, as a key is that
  /// another calls for.
  static let invisible: Set<String> = [
    "conflict", "impossible-shape", "unknown-model", "unknown-path", "duplicate", "duplicate-key",
    "extends-cycle", "file", "ambiguous-path", "missing-key",
  ]

  /// Mistakes of other kinds that a schema cannot see, or must let through, with the reason.
  static let letThrough: [(start: String, why: String)] = [
    ("experiment: baselines", "a name that is taken"),
    ("hparams: {epochs: 2.0}", "to JSON 2.0 is an integer"),
    ("hparams: {learning_rate: .", "infinities are no JSON"),
    ("hparams: {learning_rate: 1e", "single precision"),
    ("hparams: {batch_size: 1e400}", "to Python's JSON 1e400 is an integer"),
    ("models: {", "names are keys; what is laid over others may lack keys"),
    ("adversarial: {adv_step_size: 0.1}", "`method` may come from a model or an override"),
    ("adversarial: {method: nsl, feature_mask:", "lists in lists, and their shapes"),
    ("eval: {attacks: [{name: fgsm, epsilon: 0.1, clip: [", "the box holds 0...1"),
    ("eval: {attacks: [{name: fgsm, epsilon: 0.1, label: clean}]}", "a name that is taken"),
    ("compare: {tolerances: {accurracy", "names are keys"),
    ("timeout:", "times are strings"),
    ("dataset: {name: idx", "`path` is needed by one data set"),
    ("eval: {attacks: [{name: pgd, epsilon: 0.1, targeted", "the data set's classes"),
    ("eval: {attacks: [{name: fgsm, epsilon: 0.1, targeted", "settings of other attacks"),
    ("hparams: {schedule:", "settings of other schedules, and their order"),
    ("sweep:", "values of a sweep are those of their paths"),
    ("architecture:", "what depends on other keys"),
  ]

  /// What only a spec that extends another may say, and what a word may stand for.
  private static let extending = """
    extends: base.yaml
    description: a change
    tags: [one, two]
    dataset: kmnist
    architecture: {layers: {hidden: {units: 3}, drop: null}, layers+: [flatten]}
    eval: {attacks: {pgd: {steps: 3}, fgsm: null}, attacks+: [{name: bim, epsilon: 0.1}]}
    sweep:
      grid: {adversarial: [none, {inherit: true, label: a, adv_step_size: 0.1}], seeds+: [3]}
    seeds+: [1]
    """

  /// The examples are right and broken specs wrong to an independent validator.
  @Test func `takes every example and refuses broken specs, as jsonschema has it`() throws {
    guard let python = Python.withModules else {
      print("skipped: no python3 with jsonschema and PyYAML, and no way to install them")
      return
    }
    var files: [String: String] = [:]
    for (index, lines) in specsWithMistakes.enumerated() {
      let isWhole = lines.hasPrefix("dataset") || lines.hasPrefix("-")
      files["\(index).yaml"] = isWhole ? lines : "dataset: {name: mnist}\n" + lines
    }
    files["schema.json"] = SpecSchema.text
    files["extending.yaml"] = Self.extending
    try withFolder(files) { folder in
      let script = repository.appending(path: "Tests/ExperimentsTests/Fixtures/validate_schema.py")
      let examples =
        try examples().map { repository.appending(path: $0).path }
        + [folder.appending(path: "extending.yaml").path]
      let output = Python.run(
        "cd '\(folder.path)' && '\(python)' '\(script.path)' schema.json "
          + examples.map { "'\($0)'" }.joined(separator: " ")
          + " " + specsWithMistakes.indices.map { "\($0).yaml" }.joined(separator: " "))
      let lines = output.split(separator: "\n")
      #expect(lines.count == examples.count + specsWithMistakes.count, "\(output)")
      for line in lines.prefix(examples.count) { #expect(line.hasPrefix("accepted"), "\(line)") }
      var refused = 0
      for (index, line) in lines.dropFirst(examples.count).enumerated() {
        if line.hasPrefix("rejected") {
          refused += 1
          continue
        }
        let spec = specsWithMistakes[index]
        let isKnown =
          Self.letThrough.contains { spec.hasPrefix($0.start) }
          || codes(files["\(index).yaml"] ?? "").isSubset(of: Self.invisible)
        #expect(isKnown, "the schema takes \(spec)")
      }
      print("the schema refuses \(refused) of \(specsWithMistakes.count) broken specs")
      #expect(refused > 100)
    }
  }

  private func examples() throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: repository.appending(path: "experiments").path
    ).filter { $0.hasSuffix(".yaml") }.sorted().map { "experiments/\($0)" }
  }

  private func codes(_ text: String) -> Set<String> {
    do {
      _ = try SpecLoader.load(text: text, name: "t.yaml")
      return []
    } catch let error as DiagnosticsError {
      return Set(error.diagnostics.map(\.code.description))
    } catch {
      return []
    }
  }
}

/// A Python that has what the schema's test needs: the system's, or one in .build, made once.
private enum Python {
  static let withModules: String? = {
    let check = "-c 'import jsonschema, yaml' 2>/dev/null && echo fine"
    let own = repository.appending(path: ".build/schema-python").path
    for python in ["python3", "\(own)/bin/python"]
    where run("\(python) \(check)").hasPrefix("fine") { return python }
    _ = run(
      "timeout 120 sh -c \"python3 -m venv '\(own)' && '\(own)/bin/pip' install --quiet "
        + "--retries 1 --timeout 15 jsonschema PyYAML\" 2>&1")
    return run("\(own)/bin/python \(check)").hasPrefix("fine") ? "\(own)/bin/python" : nil
  }()

  /// What a command of the shell prints.
  static func run(_ command: String) -> String {
    guard let pipe = popen(command, "r") else { return "" }
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
