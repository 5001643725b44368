import YAML

/// `eval:`.
enum EvaluationSection {
  static let split = Key(
    "split", ValueType<EvaluationSplit>.choice("split"), default: .test,
    "which part of the data is evaluated")
  static let limit = OptionalKey(
    "limit", .integer(1...), .words("all"), "at most so many images, from the front")
  static let batchSize = Key(
    "batch_size", .integer(1...1_000_000), default: 128, "images that are evaluated at a time")
  static let attacks = KeyDescription(
    name: "attacks", schema: .list(of: .section("eval.attacks"), minimum: 0, maximum: nil),
    defaultValue: .value("[]"), summary: "the attacks, a row each; clean images always have theirs")

  static let section = Section(
    "eval", "what is measured of every model",
    keys: [split.description, limit.description, batchSize.description, attacks])

  /// - Parameter classes: Of the data; `nil` where that is not known.
  static func decode(
    _ node: Node?, models: [String], classes: Int?, _ diagnostics: Diagnostics
  ) -> EvaluationSettings {
    let reader = SectionReader(section, node, diagnostics)
    return EvaluationSettings(
      split: reader.value(split), limit: reader.value(limit), batchSize: reader.value(batchSize),
      attacks: attacks(reader, models, classes))
  }

  /// What tells the rows of one model apart in every table.
  private struct Row: Hashable {
    var label: String
    var source: AttackSource
    var norm: NormName
    var epsilon: Double
  }

  private static func attacks(
    _ reader: SectionReader, _ models: [String], _ classes: Int?
  ) -> [AttackSettings] {
    guard let node = reader.node(attacks.name) else { return [] }
    guard let items = node.sequence else {
      mismatch(
        node, attacks.name, attacks.schema, reader.diagnostics,
        suggestion: node.mapping == nil ? nil : "put `- ` before each attack")
      return []
    }
    var all: [AttackSettings] = []
    var rows: [Row: SourceRange] = [:]
    for item in items {
      let mistakes = reader.diagnostics.reports
      let decoded = AttackSection.decode(
        item, models: models, classes: classes, reader.diagnostics)
      // Of one that is wrong nobody knows its row.
      guard reader.diagnostics.reports == mistakes else { continue }
      for attack in decoded {
        let row = Row(
          label: attack.label, source: attack.source, norm: attack.norm, epsilon: attack.epsilon)
        if let first = rows[row] {
          reader.diagnostics.error(
            .duplicate,
            "two attacks are called `\(attack.label)` at epsilon \(attack.epsilon.radiusText): tables could"
              + " not tell them apart", at: item.range, suggestion: "give one of them a `label`",
            notes: [Diagnostic.Note("the other one", at: first)])
        } else {
          rows[row] = item.range
        }
        all.append(attack)
      }
    }
    return all
  }
}
