import Settings
import YAML

extension SectionReader {
  /// What the word of a section, or the word in its place, stands for.
  ///
  /// - Parameters:
  ///   - node: What stands in the section's place.
  ///   - key: The section's own key for the word: `name`.
  /// - Returns: `nil` where the word is missing or unknown, which is reported.
  func alternative<Chosen: Choice>(
    _ type: Chosen.Type, _ node: Node?, key: String
  ) -> Alternative<Chosen>? {
    let word = node?.mapping == nil ? node : self.node(key)
    guard let word, !word.isNull else {
      guard let standard = Chosen.standard else {
        if let description = section.keys.first(where: { $0.name == key }) {
          requireKeys(description)
        }
        return nil
      }
      return Chosen.alternatives.first { $0.word == standard.word }
    }
    guard let text = Experiments.word(of: word) else {
      mismatch(word, key, .choice(Chosen.words), diagnostics)
      return nil
    }
    if let found = Chosen.alternatives.first(where: { $0.word == text }) { return found }
    unknown(text, Chosen.noun, word, Chosen.words, later: Chosen.later, diagnostics)
    return nil
  }

  /// Says of what the command line has set in this section whether it means something.
  ///
  /// - Parameters:
  ///   - own: The keys that do.
  ///   - message: What to say of a key that does not, at any point.
  func acceptOverrides(only own: [String], _ message: (String) -> String) {
    for entry in entries where !entry.value.isNull && entry.key.range.isOfOverride {
      guard let name = entry.key.scalar?.text, section.names.contains(name) else { continue }
      if own.contains(name) {
        diagnostics.use(entry.key.range)
      } else {
        diagnostics.deferError(
          Diagnostic(code: .conflict, message(name), at: entry.key.range))
      }
    }
  }
}

extension SettingsReader {
  /// Reads the values of all words' keys, of a section whose word is not known: what is wrong with
  /// them is said at once.
  func readValues<Chosen: Choice>(of type: Chosen.Type) {
    for alternative in Chosen.alternatives {
      var settings = alternative.preset.settings
      settings.readValues(self)
    }
  }
}
