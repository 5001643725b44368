import Settings
import YAML

/// `eval:`.
enum EvaluationSection {
  static let attacks = KeyDescription(
    name: "attacks", schema: .list(of: .section("eval.attacks"), minimum: 0, maximum: nil),
    defaultValue: .value("[]"), summary: "the attacks, one row each; clean images always have a row"
  )

  static let section = Section(
    "eval", "how every model is evaluated", keys: EvaluationSettings.keys + [attacks])

  /// - Parameter classes: Of the data; `nil` where that is not known.
  static func decode(
    _ node: Node?, models: [String], classes: Int?, _ diagnostics: Diagnostics
  ) -> EvaluationSettings {
    var context = SettingContext()
    (context.models, context.classes) = (models, classes)
    let reader = SectionReader(section, node, context: context, diagnostics)
    var settings = EvaluationSettings(reading: reader)
    let attacks = attacks(reader)
    settings.attacks = attacks.map(\.settings)
    settings.positions = attacks.map(\.position)
    return settings
  }

  private static func attacks(
    _ reader: SectionReader
  ) -> [(settings: AttackSettings, position: Int)] {
    guard let node = reader.node(attacks.name) else { return [] }
    guard let items = node.sequence else {
      mismatch(
        node, attacks.name, attacks.schema, reader.diagnostics,
        suggestion: node.mapping == nil
          ? AttackSection.section.opened(node).map { "write `[\($0)]`" }
          : "put `- ` before each attack")
      return []
    }
    var all: [(settings: AttackSettings, position: Int)] = []
    var rows: [AttackColumns: SourceRange] = [:]
    for (position, item) in items.enumerated() {
      let mistakes = reader.diagnostics.reports
      let decoded = AttackSection.decode(item, reader.context, reader.diagnostics)
      // Of one that is wrong nobody knows its row.
      guard reader.diagnostics.reports == mistakes else { continue }
      for attack in decoded {
        let row = attack.columns
        if let first = rows[row] {
          reader.diagnostics.error(
            .duplicate,
            "two attacks are called `\(attack.name)`"
              + (attack.hasBall ? " at epsilon \(attack.epsilon.radiusText)" : "")
              + ": tables cannot tell them apart", at: item.range,
            suggestion: "give one of them a `label`",
            notes: [Diagnostic.Note("the other one", at: first)])
        } else {
          rows[row] = item.range
        }
        all.append((attack, position))
      }
    }
    return all
  }
}
