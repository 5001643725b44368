import PlainText
import Settings
import YAML

/// `adversarial:`: a training method with its settings.
enum AdversarialSection {
  /// The key of the word.
  static let method = "method"

  static let section = Section(
    "adversarial", "how models are trained to be robust",
    keys: [
      .word(of: TrainingMethod.self, method, "the training method; `none` ignores the other keys")
    ] + TrainingMethod.keys, words: SectionWord.words(of: TrainingMethod.self))

  /// The keys that mean something beside each word.
  private static let own = Dictionary(
    uniqueKeysWithValues: TrainingMethod.alternatives.map { ($0.word, [method] + $0.names) })

  static let schema = ValueSchema.either([.choice(["none"]), .section("adversarial")])

  /// - Parameter inputShape: What a mask must broadcast to.
  static func decode(
    _ node: Node?, inputShape: [Int], _ diagnostics: Diagnostics
  ) -> TrainingMethod {
    guard let node, !node.isNull, node.scalar?.text != "none" else {
      diagnostics.settle(section.name, [method])
      return .none
    }
    if node.mapping == nil {
      mismatch(
        node, section.name, schema, diagnostics,
        suggestion: word(of: node).flatMap { closest(to: $0, among: TrainingMethod.words) }
          .map { "write `{ method: \($0) }`" })
      return .none
    }
    var context = SettingContext()
    context.inputShape = inputShape
    let reader = SectionReader(section, node, context: context, diagnostics)
    guard let found = reader.alternative(TrainingMethod.self, node, key: method) else {
      reader.readValues(of: TrainingMethod.self)
      reader.acceptOverrides(only: section.names) { $0 }
      return .none
    }
    if found.preset.isNone {
      // What a model without a method inherits is not read, but still checked.
      reader.readValues(of: TrainingMethod.self)
      diagnostics.settle(section.name, [method])
      reader.acceptOverrides(only: [method]) {
        "`\(section.name).\($0)` changes nothing: the method is `none`"
      }
      return .none
    }
    reader.accept(
      only: own[found.word] ?? [], suggestion: "its settings are \(listed(found.names))"
    ) {
      "`\($0)` is not a setting of \(found.word)"
    }
    return found.preset.reading(reader)
  }
}
