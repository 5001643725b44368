/// Where the value of a setting is read from.
///
/// The settings know neither YAML nor files. Whoever implements this does, and says at the right
/// place what is wrong with a value; a method that returns `nil` has reported why.
package protocol SettingSource {
  /// The items of a list; `nil` for anything else.
  var items: [any SettingSource]? { get }
  /// Whether the value is a mapping.
  var isMapping: Bool { get }
  /// The text of a word or a number, not of null or a boolean.
  var word: String? { get }
  /// The word that the value chooses a kind of settings by: its own, or that of its section.
  var chosenWord: String? { get }
  /// The value, where it is a boolean.
  var isTrue: Bool? { get }
  /// Whether the value is written as a whole number.
  var isInteger: Bool { get }
  func integer(_ range: ClosedRange<Int>) -> Int?
  func number(_ range: NumberRange) -> Double?
  func boolean() -> Bool?
  /// A text that is neither a number nor empty.
  func text() -> String?
  /// A text that may name a folder; numbers are taken as they are written.
  func name(_ what: String) -> String?
  /// A path relative to the file that it stands in, made absolute.
  func path() -> String?
  /// One of some words.
  ///
  /// - Parameters:
  ///   - what: What people call such a thing: "norm".
  ///   - read: The value of a word, other spellings included.
  func choice<Value>(
    _ what: String, _ words: [String], _ read: (String) -> Value?
  ) -> Value?
  /// A section of its own.
  ///
  /// - Parameter name: Its path: `hparams.early_stopping`.
  func section<Section: SectionSettings>(_ name: String, _ type: Section.Type) -> Section?
  /// A word, or a section with the word and its settings.
  func choice<Chosen: Choice>(_ name: String, _ type: Chosen.Type) -> Chosen?
  /// The same of a section that has settings beside those of its word.
  func section<Section: ChoiceSettings>(choosing name: String, _ type: Section.Type) -> Section?
  /// Reports that the value is not what a schema says.
  func mismatch(_ schema: ValueSchema)
  /// Reports something else that is wrong with the value.
  func report(_ code: SettingProblem, _ message: String, suggestion: String?)
}

/// The kinds of mistakes that settings report.
package enum SettingProblem: String, Sendable {
  case wrongType = "wrong-type"
  case outOfRange = "out-of-range"
  case missingKey = "missing-key"
  case conflict
  case impossibleShape = "impossible-shape"
  case unknownModel = "unknown-model"
  case badName = "bad-name"
  case duplicate
  /// Warnings.
  case weakAttack = "weak-attack"
  case tooLargeRadius = "too-large-radius"
}

/// What a section is read from: its keys, and what is known of the document around it.
package protocol SettingsReader {
  /// The value of a key; `nil` where the section does not have it.
  func source(_ key: String) -> (any SettingSource)?
  /// Reports that a key which is not there has to be.
  func require(_ key: KeyDescription)
  /// Reports a mistake at a key's value, or at the section.
  func report(_ code: SettingProblem, _ message: String, at key: String?, suggestion: String?)
  /// Reports a mistake at the name of a key that should not be there.
  func report(_ code: SettingProblem, _ message: String, atKey key: String, suggestion: String?)
  /// Reports that a key cannot stand beside another.
  func reportConflict(of key: String, with other: String)
  /// Reports that one of some keys has to be there.
  func requireOne(of keys: [String])
  /// Says what is possible but hardly meant.
  ///
  /// - Parameter item: The position in the key's list.
  func warn(
    _ code: SettingProblem, _ message: String, at key: String?, item: Int?, suggestion: String?)
  /// Whether a key is there and its value can be read.
  func isGiven(_ key: String) -> Bool
  var context: SettingContext { get }
}

/// What the rest of a document says, as far as it is known.
package struct SettingContext: Sendable {
  /// Height, width, channels of the images.
  package var inputShape: [Int]?
  /// The number of classes.
  package var classes: Int?
  /// Whether examples are kept for validation.
  package var hasValidation: Bool?
  /// `hparams.epochs`.
  package var epochs: Int?
  /// The names of the models.
  package var models: [String] = []

  package init() {}
}

extension SettingsReader {
  package func report(_ code: SettingProblem, _ message: String, at key: String?) {
    report(code, message, at: key, suggestion: nil)
  }

  package func warn(
    _ code: SettingProblem, _ message: String, at key: String?, suggestion: String? = nil
  ) {
    warn(code, message, at: key, item: nil, suggestion: suggestion)
  }
}
