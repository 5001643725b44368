import Settings
import Experiments
import Results

/// What `nsl-run help NAME` says of a key, a section or a word of specs.
package struct HelpPage {
  package let text: String
  /// Whether the name means several things, which the page lists.
  package let isList: Bool

  package static let width = 80

  /// - Returns: `nil` where the language has nothing of that name.
  package init?(_ name: String) {
    let index = LanguageIndex.shared
    let entries = index.entries(named: name)
    // A layer is a word, and a section of its own.
    var words = index.words(named: name).filter { word in
      !entries.contains { $0.section != nil && $0.path == "\(word.path).\(word.text)" }
    }
    // What has a `name` or a `method` of its own is told by that.
    let naming = words.filter { $0.key.name == "name" || $0.key.name == "method" }
    if Set(naming.map(\.path)).count == 1 { words = naming }
    let places = Set(words.map(\.path))
    isList = entries.count + places.count > 1
    switch (entries.count, places.count) {
    case (0, 0): return nil
    case (1, 0): text = Self.page(entries[0])
    case (0, 1): text = Self.page(words[0])
    default: text = Self.list(name, entries, words)
    }
  }

  // MARK: One thing

  private static func page(_ entry: LanguageIndex.Entry) -> String {
    var text = "\(entry.path)\n\n" + lines(entry.summary)
    if let key = entry.key {
      let type: [(name: String, text: String)] =
        if case .section = key.schema { [] } else { [("type", "\(key.schema)")] }
      let hasDefault = key.defaultValue != .notApplicable
      let fallback = key.defaultText ?? "none: it must be given"
      let facts = type + (hasDefault ? [("default", fallback)] : [])
      if !facts.isEmpty { text += "\n" + table(facts) }
    }
    if let section = entry.section {
      text += "\nKEYS:\n" + keys(section.keys)
    }
    if let section = entry.section, !section.keys.isEmpty,
      !entry.path.hasPrefix("architecture.layers."), !ExampleValue.isWritten(entry.path)
    {
      text += example(KeyExample(section))
    } else if let key = entry.key {
      text += example(KeyExample(entry.path, key))
    }
    return text
  }

  private static func page(_ word: LanguageIndex.Word) -> String {
    var text = "\(word.text): a value of \(word.path)\n\n" + lines(word.summary)
    if !word.settings.isEmpty { text += "\nKEYS of \(word.section.name):\n" + keys(word.settings) }
    return text + example(KeyExample(word.path, word.key, word: word.text))
  }

  private static func keys(_ keys: [KeyDescription]) -> String {
    table(
      keys.map { key in
        let isOption = key.defaultValue != .notApplicable
        let fallback = key.defaultText.map { " (default: \($0))" } ?? " (required)"
        return (key.name, key.summary + (isOption ? fallback : ""))
      })
  }

  private static func example(_ example: KeyExample) -> String {
    var text = "\nEXAMPLE:\n" + example.spec.map { "  \($0)\n" }.joined()
    if !example.commands.isEmpty {
      text += "\n" + example.commands.map { "  nsl-run my-spec.yaml \($0)\n" }.joined()
    }
    return text
  }

  // MARK: Several things

  private static func list(
    _ name: String, _ entries: [LanguageIndex.Entry], _ words: [LanguageIndex.Word]
  ) -> String {
    var rows = entries.map { ($0.path, $0.summary) }
    var seen: Set<String> = []
    for word in words where seen.insert(word.path).inserted {
      rows.append((word.path, "`\(name)` is one of its values: \(word.summary)"))
    }
    return "`\(name)` has several meanings:\n\n" + table(rows)
      + "\nGive more of the path: `nsl-run help \(rows[0].0)`.\n"
  }

  // MARK: Layout

  private static func lines(_ text: String) -> String {
    text.wrapped(to: width - 2).map { "  \($0)\n" }.joined()
  }

  /// Names at the left, wrapped texts beside them; below them where the names are long.
  package static func table(_ rows: [(name: String, text: String)]) -> String {
    let longest = rows.map(\.name.count).max() ?? 0
    let isNarrow = longest > 40
    let indent = isNarrow ? 6 : longest + 4
    return rows.map { name, text in
      let lines = text.wrapped(to: width - indent)
      let padding = String(repeating: " ", count: indent)
      let first = isNarrow ? "  \(name)\n" : "  " + name.padded(to: longest + 2)
      return first
        + lines.enumerated().map { ($0 > 0 || isNarrow ? padding : "") + $1 + "\n" }.joined()
    }.joined()
  }
}

extension KeyDescription {
  /// The default, as people read it; `nil` where the key must be given.
  fileprivate var defaultText: String? {
    switch defaultValue {
    case .required, .notApplicable: nil
    case .value(let text): Double(text).map { NumberText.shortest($0) } ?? text
    case .words(let text): text
    }
  }
}
