import Settings
import Experiments

/// What the language of specs has under a name: its keys, sections and words, as they are declared.
///
/// The only place where the help of the command line meets the declarations.
package struct LanguageIndex {
  /// A key, a section, or both: `hparams.optimizer` is a key of `hparams` and a section.
  package struct Entry {
    /// From the top: `hparams.learning_rate`.
    var path: String
    var key: KeyDescription?
    var section: Section?

    var summary: String { section?.summary ?? key?.summary ?? "" }
  }

  /// A word that a key may have as its value: `pgd`.
  struct Word {
    var text: String
    /// The key's path: `eval.attacks.name`.
    var path: String
    var key: KeyDescription
    /// The section that the key belongs to.
    var section: Section

    /// What the section says of it; `nil` where the key is not the one that says the section's word.
    private var declaration: SectionWord? {
      section.keys.first?.name == key.name ? section.words.first { $0.text == text } : nil
    }

    var summary: String { declaration?.summary ?? key.summary }

    /// The keys that may stand beside it, with the word's defaults; a word that has none of its own
    /// in its section's place has those of the section.
    var settings: [KeyDescription] {
      if let declaration { return declaration.keys }
      let isName = section.words.isEmpty && key.name == "name" && section.keys.count > 1
      return isName ? section.keys.filter { $0.name != key.name } : []
    }
  }

  package static let shared = LanguageIndex()

  /// In the order of the language, without the document itself.
  let entries: [Entry]
  let words: [Word]

  private init() {
    var entries: [Entry] = []
    var places: [String: Int] = [:]
    func entry(_ path: String, _ change: (inout Entry) -> Void) {
      let place = places[path] ?? entries.count
      if place == entries.count { entries.append(Entry(path: path)) }
      places[path] = place
      change(&entries[place])
    }
    var words: [Word] = []
    for section in Vocabulary.sections {
      if !section.name.isEmpty { entry(section.name) { $0.section = section } }
      for key in section.keys {
        let path = section.name.isEmpty ? key.name : "\(section.name).\(key.name)"
        entry(path) { $0.key = key }
        for word in key.schema.words {
          words.append(Word(text: word, path: path, key: key, section: section))
        }
      }
    }
    self.entries = entries
    self.words = words
  }

  /// The entry of that whole path, else all whose paths end so.
  package func entries(named name: String) -> [Entry] {
    let path = Self.plain(name)
    if let exact = entries.first(where: { $0.path == path }) { return [exact] }
    return entries.filter { $0.path.hasSuffix("." + path) }
  }

  /// The paths of all keys and sections.
  package var paths: [String] { entries.map(\.path) }

  /// The words that mean one thing, which their page explains.
  package var wordsWithPages: [String] {
    var seen: Set<String> = []
    return words.map(\.text).filter { word in
      seen.insert(word).inserted && HelpPage(word).map { !$0.isList } == true
    }
  }

  /// The keys that may have the word as their value.
  func words(named name: String) -> [Word] { words.filter { $0.text == name } }

  /// How many keys have this last part.
  func count(ofSuffix suffix: String) -> Int {
    entries.count { $0.path == suffix || $0.path.hasSuffix("." + suffix) }
  }

  /// All paths, last parts of paths, and words: for suggestions.
  package var names: [String] {
    entries.flatMap { [$0.path, $0.path.split(separator: ".").last.map(String.init) ?? ""] }
      + words.map(\.text)
  }

  /// A path without a model's name, and without a position in a list or a label.
  private static func plain(_ name: String) -> String {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count > 2, parts[0] == "models", parts[1] != "NAME" { parts.removeFirst(2) }
    if parts.count == 4, parts[0] == "eval", parts[1] == "attacks" { parts.remove(at: 2) }
    parts.removeAll { Int($0) != nil }
    return parts.joined(separator: ".")
  }
}

extension ValueSchema {
  /// The words that may stand as a value.
  var words: [String] {
    switch self {
    case .choice(let words): words
    case .either(let schemas): schemas.flatMap(\.words)
    case .list(let item, _, _): item.words
    default: []
    }
  }
}
