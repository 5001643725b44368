import PlainText
package import Settings
import YAML

/// One section of the language: its keys, declared once for decoding, reference and schema.
package struct Section: Sendable {
  /// As a path from the top: `hparams.optimizer`; empty for the document itself.
  package var name: String
  /// One line, without a full stop.
  package var summary: String
  package let keys: [KeyDescription]
  /// The keys' names, in their order.
  let names: [String]
  /// The words of which a section says one, each with its settings; none where there is no such word.
  package let words: [SectionWord]
  /// Keys of the language that this version does not know yet.
  package var later: [String]

  init(
    _ name: String, _ summary: String, keys: [KeyDescription], words: [SectionWord] = [],
    later: [String] = []
  ) {
    self.name = name
    self.summary = summary
    self.keys = keys
    names = keys.map(\.name)
    self.words = words
    self.later = later
  }

  /// "in `hparams`", "at the top level".
  var placeInWords: String { name.isEmpty ? "at the top level" : "in `\(name)`" }

  /// "under `hparams`": where a key of this section goes.
  var homeInWords: String { name.isEmpty ? "at the top level" : "under `\(name)`" }

  /// The same section of a thing with a name of its own: `models.base`.
  func named(_ name: String) -> Section {
    var section = self
    section.name = name
    return section
  }
}

/// A word that a section may say, such as that of an optimizer.
package struct SectionWord: Sendable {
  package let text: String
  /// One line, without a full stop.
  package let summary: String
  /// The keys that may stand beside it, with the word's own defaults.
  package let keys: [KeyDescription]

  /// All words of a choice.
  ///
  /// - Parameter common: The section's other keys that a word has.
  static func words<Chosen: Choice>(
    of type: Chosen.Type, common: (Chosen) -> [KeyDescription] = { _ in [] }
  ) -> [SectionWord] {
    Chosen.alternatives.map {
      SectionWord(text: $0.word, summary: $0.summary, keys: common($0.preset) + $0.keys)
    }
  }
}

extension Section {
  /// The key that a wrong one was meant as; `nil` where none is near.
  func meant(by name: String, _ value: Node) -> String? {
    if let foreign = ForeignWord.find(name, in: self.name, value: value.scalar?.text) {
      return foreign.key
    }
    return name.contains(".") ? nil : closest(to: name, among: names)
  }

  /// A section other than this one that has a key of that name.
  func home(of name: String) -> Section? {
    Vocabulary.sections.first { home in
      home.name != self.name && home.names.contains(name)
    }
  }

  /// "`hparams`", "an item of `eval.attacks`": what is not the mapping that it must be.
  var valueInWords: String {
    let isItem = Vocabulary.sections.contains { section in
      section.keys.contains { key in
        if case .list(.section(let item), _, _) = key.schema { item == name } else { false }
      }
    }
    return isItem ? "an item of `\(name)`" : "`\(name)`"
  }

  /// What to write for a bare word, `{ name: fgsm, epsilon: … }`, or for a bare number.
  func opened(_ node: Node) -> String? {
    if let number = node.scalar, number.number != nil, let key = keys.first,
      keys.allSatisfy({ $0.schema.takesNumbers && $0.defaultValue != .required })
    {
      return "{ \(key.name): \(number.text) }"
    }
    let required = keys.first { $0.defaultValue == .required }
    guard case .text(let word) = node.scalar?.value, required?.name == keys.first?.name else {
      return nil
    }
    return opened(word: word, with: [])
  }

  /// What to write for a word that stands as a key, with its settings below it; `nil` for what is
  /// no word of this section.
  func opened(word: String, _ value: Node) -> String? {
    guard words.contains(where: { $0.text == word }), !names.contains(word) else { return nil }
    return opened(word: word, with: value.mapping ?? [])
  }

  private func opened(word: String, with given: [Node.Entry]) -> String? {
    guard let naming = keys.first?.name, naming == "name" || naming == "method" else { return nil }
    let known = given.compactMap(\.key.scalar?.text)
    let own = words.first { $0.text == word }?.keys ?? Array(keys.dropFirst())
    let missing = own.filter { $0.defaultValue == .required && !known.contains($0.name) }
    let settings =
      given.map { ", \($0.key.flow): \($0.value.flow)" } + missing.map { ", \($0.name): …" }
    return "{ \(naming): \(Scalar(word).excerpt)\(settings.joined()) }"
  }

  /// A node of this section with the keys that it was meant to have.
  func mended(_ node: Node) -> Node {
    guard var entries = node.mapping else { return node }
    for index in entries.indices {
      let name = entries[index].key.scalar?.text ?? ""
      guard !names.contains(name), let meant = meant(by: name, entries[index].value),
        node[meant] == nil
      else { continue }
      entries[index].key = Node(.scalar(Scalar(meant)), at: entries[index].key.range)
    }
    return Node(.mapping(entries), at: node.range)
  }
}
