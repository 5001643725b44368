/// Settings that a word chooses: an optimizer, an attack, a layer.
package protocol WordSettings: SectionSettings {
  /// The word of the language.
  static var word: String { get }
  /// One line, without a full stop.
  static var summary: String { get }
}

/// One of several kinds of settings, each with its word.
package protocol Choice: Codable, Hashable, Sendable {
  /// The words in the order of the reference.
  static var alternatives: [Alternative<Self>] { get }
  /// What a person calls such a thing: "optimizer".
  static var noun: String { get }
  /// What holds where a section does not say the word; `nil` where it must.
  static var standard: Self? { get }
  /// Words of the language that this version does not know yet.
  static var later: [String] { get }
  /// The chosen settings.
  var settings: any WordSettings { get }
  /// The same kind, with what a section says laid over it.
  func reading(_ reader: any SettingsReader) -> Self
  /// The same kind, as it was encoded.
  func decoded(from decoder: any Decoder) throws -> Self
}

/// A word of a choice, and what it stands for.
package final class Alternative<Chosen: Choice>: Sendable {
  package let word: String
  package let summary: String
  /// With the word's defaults.
  package let preset: Chosen
  /// The keys that are its settings.
  package let keys: [KeyDescription]
  /// The keys' names.
  package let names: [String]

  /// - Parameters:
  ///   - word: Another word than that of the settings: a name for some of them.
  ///   - fixed: Keys that the word itself says.
  package init(_ preset: Chosen, word: String? = nil, fixed: Set<String> = []) {
    let settings = preset.settings
    self.preset = preset
    self.word = word ?? type(of: settings).word
    summary = type(of: settings).summary
    keys = settings.describedKeys.filter { !fixed.contains($0.name) }
    names = keys.map(\.name)
  }
}

extension WordSettings {
  /// The keys with these values as their defaults.
  fileprivate var describedKeys: [KeyDescription] {
    zip(Self.fields, lines).map { field, line in
      var key = field.key
      if case .value = key.defaultValue, let value = line.value {
        key.defaultValue = .value(value.yaml)
      }
      return key
    }
  }

  fileprivate func isEqual(to other: any WordSettings) -> Bool { (other as? Self) == self }

  /// As ``Choice/decoded(from:)``.
  package func decoded(from decoder: any Decoder) throws -> Self { try Self(from: decoder) }

  /// As ``Choice/reading(_:)``.
  package func reading(_ reader: any SettingsReader) -> Self {
    var copy = self
    copy.read(reader)
    return copy
  }
}

/// A section that chooses one of several kinds of settings, and has settings of its own beside them.
package protocol ChoiceSettings: SectionSettings {
  associatedtype Chosen: Choice
  var choice: Chosen { get set }
}

extension Choice {
  package static var standard: Self? { nil }
  package static var later: [String] { [] }
  package static var words: [String] { alternatives.map(\.word) }

  /// The word of the settings: of several that stand for the same settings, their own.
  package var word: String { type(of: settings).word }

  package static func == (a: Self, b: Self) -> Bool { a.settings.isEqual(to: b.settings) }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(word)
    settings.hash(into: &hasher)
  }

  /// `{"pgd": {"steps": 40, ...}}`.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: WordKey.self)
    try container.encode(settings, forKey: WordKey(stringValue: word))
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: WordKey.self)
    let known = Self.alternatives.first { $0.word == container.allKeys.first?.stringValue }
    guard let known, let key = container.allKeys.first else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: "no known \(Self.noun)"))
    }
    self = try known.preset.decoded(from: container.superDecoder(forKey: key))
  }

  /// The keys of all words, each once, with the words that have it where not all do.
  package static var keys: [KeyDescription] {
    var names: [String] = []
    for key in alternatives.flatMap(\.keys) where !names.contains(key.name) {
      names.append(key.name)
    }
    return names.map(description)
  }

  private static func description(of name: String) -> KeyDescription {
    let owners = alternatives.compactMap { alternative in
      alternative.keys.first { $0.name == name }.map { (word: alternative.word, key: $0) }
    }
    var key = owners[0].key
    let schemas = owners.map(\.key.schema).reduce(into: [ValueSchema]()) { all, schema in
      if !all.contains(schema) { all.append(schema) }
    }
    if schemas.count > 1 { key.schema = .either(schemas) }
    let defaults = grouped(owners) { $0.defaultValue.text }
    let isRequired = owners.contains { $0.key.defaultValue == .required }
    if isRequired, owners.count < alternatives.count, defaults.count == 1 {
      key.defaultValue = .words("required for \(defaults[0].words)")
    } else if defaults.count > 1 {
      key.defaultValue = .words(
        defaults.map { "\($0.words): \($0.text)" }.joined(separator: "; "))
    }
    let summaries = grouped(owners, by: \.summary)
    if summaries.count > 1 {
      key.summary = summaries.map { "\($0.words): \($0.text)" }.joined(separator: "; ")
    } else if owners.count < alternatives.count(where: { !$0.keys.isEmpty }) {
      key.summary += "; for \(summaries[0].words)"
    }
    return key
  }

  /// What is said of a key, each once, with the words that say it.
  private static func grouped(
    _ owners: [(word: String, key: KeyDescription)], by text: (KeyDescription) -> String
  ) -> [(text: String, words: String)] {
    var groups: [(text: String, words: [String])] = []
    for (word, key) in owners {
      if let place = groups.firstIndex(where: { $0.text == text(key) }) {
        groups[place].words.append("`\(word)`")
      } else {
        groups.append((text(key), ["`\(word)`"]))
      }
    }
    return groups.map { ($0.text, joined($0.words)) }
  }
}

extension KeyDescription.Default {
  /// As a table shows it.
  package var text: String {
    switch self {
    case .required: "required"
    case .value(let yaml): yaml
    case .words(let words): words
    case .notApplicable: "-"
    }
  }
}

/// `a, b and c`.
package func joined(_ words: [String]) -> String {
  words.count < 2
    ? words.joined()
    : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
}

/// A word as a key of JSON.
private struct WordKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
