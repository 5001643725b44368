import Experiments
import Settings
import TestSupport
import Testing

@Suite struct `The fields of a stage` {
  /// All stages of a spec, with their trainings' texts at hand.
  private func fields(_ lines: String, digest: String = "digest") throws -> [StageFields] {
    let stages = plan(try load(lines), digest: digest).stages
    return try stages.map { stage in
      try #require(
        StageFields(stage.work.canonicalText) { key in
          stages.first { $0.key.hex == key }?.work.canonicalText
        })
    }
  }

  private func words(
    _ new: String, since old: String, stage: Int = 0, digest: String = "digest"
  ) throws -> [String] {
    try fields(new, digest: digest)[stage].changes(since: try fields(old)[stage]).map(\.words)
  }

  @Test func `are called by the paths of specs`() throws {
    let all = try fields(
      """
      hparams: {optimizer: nesterov}
      adversarial:
        {method: nsl, feature_mask: 0.5, clip_value_min: 0, clip_value_max: 1, pgd_epsilon: 0.1}
      models: {a: {}, b: {hparams: {optimizer: adam}}}
      eval: {attacks: [{name: pgd, epsilon: 0.2, source: b}]}
      """)
    let paths = Set(
      Vocabulary.sections.flatMap { section in
        section.keys.map { section.name.isEmpty ? $0.name : "\(section.name).\($0.name)" }
      })
    let others: Set<String> = ["key version", "engine revision", "data", "examples"]
    for fields in all {
      for field in fields.fields {
        // Behind a path may stand which part of the setting it is.
        var path = field.path.replacing("source: ", with: "").prefix { $0 != "[" }
        if path.hasSuffix(".shape") { path = path.dropLast(6) }
        #expect(paths.union(others).contains(String(path)), "\(field)")
      }
      #expect(fields.isComplete)
    }
    let text = all.filter { $0.isTraining || $0["eval.attacks.name"]?.value == "pgd" }.map {
      $0.fields.map { "\($0.path) = \($0.value)\n" }.joined()
    }.joined(separator: "\n")
    try expectSnapshot(text, named: "fields.txt")
  }

  @Test(arguments: [
    ("hparams: {learning_rate: 0.01}", "", ["hparams.learning_rate: 0.001 -> 0.01"]),
    (
      "hparams: {epochs: 2, batch_size: 16}", "",
      ["hparams.batch_size: 32 -> 16", "hparams.epochs: 5 -> 2"]
    ),
    ("hparams: {optimizer: sgd}", "", ["hparams.optimizer: adam -> sgd"]),
    (
      "hparams: {optimizer: momentum}", "hparams: {optimizer: sgd}",
      ["hparams.optimizer.momentum: 0.0 -> 0.9"]
    ),
    ("seeds: [3]", "", ["seeds: 0 -> 3"]),
    ("experiment: x", "", []),
  ])
  func `of two trainings differ in what was changed`(
    new: String, old: String, expected: [String]
  ) throws {
    #expect(try words(new, since: old) == expected)
  }

  @Test func `of two trainings differ in their data`() throws {
    #expect(try words("", since: "", digest: "other") == ["data: digest -> other"])
  }

  @Test(arguments: [
    ("clip_value_min: 0", ["adversarial.clip_value_min: none -> 0.0"]),
    ("adv_step_size: 0.5", ["adversarial.adv_step_size: 0.001 -> 0.5"]),
  ])
  func `of methods differ in a setting or in the method`(line: String, expected: [String]) throws {
    let model = { (line: String) in "models: {a: {adversarial: {method: nsl\(line)}}}" }
    #expect(try words(model(", \(line)"), since: model("")) == expected)
    // The settings of a method that the other is not are no differences of their own.
    #expect(
      try words(model(", \(line)"), since: "models: {a: {}}") == ["adversarial.method: none -> nsl"]
    )
  }

  @Test func `of evaluations are those of their models, too`() throws {
    let spec = { (rate: String, attack: String) in
      """
      hparams: {learning_rate: \(rate)}
      models: {a: {}, b: {hparams: {batch_size: 16}}}
      eval: {attacks: [{epsilon: 0.2, \(attack)}]}
      """
    }
    // The evaluation of `a`, attacked.
    let stage = 3
    let old = spec("0.1", "name: fgsm, source: b")
    #expect(try words(old, since: old, stage: stage).isEmpty)
    // The source has changed in the same way, which need not be said twice.
    #expect(
      try words(spec("0.2", "name: fgsm, source: b"), since: old, stage: stage)
        == ["hparams.learning_rate: 0.1 -> 0.2"])
    #expect(
      try words(spec("0.1", "name: fgsm, source: self"), since: old, stage: stage)
        == ["eval.attacks.source: another model -> self"])
    #expect(
      try words(spec("0.1", "name: bim, source: b"), since: old, stage: stage)
        == ["eval.attacks.name: fgsm -> bim"])
    #expect(
      try words(spec("0.1", "name: fgsm, source: b, limit: 10"), since: old, stage: stage)
        == ["examples: all -> 10"])
  }

  @Test func `without the trained model's settings are incomplete`() throws {
    let stage = try #require(plan(try load("")).stages.last)
    let fields = try #require(StageFields(stage.work.canonicalText))
    #expect(!fields.isComplete)
    #expect(fields["trained model"]?.value == stage.dependencies[0].hex)
  }

  @Test(arguments: [
    "", "nsl-run key 1 engine 1 train", "x\na=1\n", "nsl-run key 1 engine 1 train\na=9:x\n",
    "nsl-run key 1 engine 1 train\na",
  ])
  func `are not read from anything else`(text: String) {
    #expect(StageFields(text) == nil)
  }

  @Test func `tell texts from numbers and lines`() throws {
    let text = "nsl-run key 2 engine 7 train\ndata=5:a\nb=1\nhparams.epochs=5\nseeds=12\n"
    let fields = try #require(StageFields(text))
    #expect(fields["data"]?.json == .text("a\nb=1"))
    #expect(fields["engine revision"]?.json == .integer(7))
    #expect(fields["hparams.epochs"]?.json == .integer(5))
    let newer = try #require(StageFields(text.replacing("engine 7", with: "engine 8")))
    #expect(newer.changes(since: fields).map(\.words) == ["engine revision: 7 -> 8"])
  }
}
