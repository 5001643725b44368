import Settings
import YAML

extension NodeSource {
  func section<Whole: SectionSettings>(_ name: String, _ type: Whole.Type) -> Whole? {
    Whole(reading: SectionReader(Vocabulary[name], node, context: context, diagnostics))
  }

  func choice<Chosen: Choice>(_ name: String, _ type: Chosen.Type) -> Chosen? {
    guard let (reader, alternative) = open(name, type, besides: []) else { return nil }
    return alternative.preset.reading(reader)
  }

  func section<Whole: ChoiceSettings>(choosing name: String, _ type: Whole.Type) -> Whole? {
    let own = Whole.keys.map(\.name)
    guard let (reader, alternative) = open(name, Whole.Chosen.self, besides: own) else {
      return nil
    }
    var whole = Whole(reading: reader)
    whole.choice = alternative.preset.reading(reader)
    return whole
  }

  /// A reader of a section, and what its word stands for; `nil` after reporting what is wrong.
  ///
  /// - Parameter others: Keys that every word has.
  private func open<Chosen: Choice>(
    _ name: String, _ type: Chosen.Type, besides others: [String]
  ) -> (SectionReader, Alternative<Chosen>)? {
    let section = Vocabulary[name]
    guard node.sequence == nil else {
      mismatch(.either([.choice(Chosen.words), .section(name)]))
      return nil
    }
    let mapping = node.mapping == nil ? nil : node
    let reader = SectionReader(
      section, mapping, fallbackRange: node.range, context: context, diagnostics)
    guard let found = reader.alternative(type, node, key: "name") else {
      reader.readValues(of: type)
      reader.accept(only: section.names) { $0 }
      return nil
    }
    let own = found.names + others
    reader.accept(
      only: ["name"] + own, suggestion: own.isEmpty ? nil : "its settings are \(listed(own))"
    ) {
      "`\($0)` is not a setting of \(Chosen.noun == "schedule" ? "the schedule " : "")\(found.word)"
    }
    return (reader, found)
  }
}
