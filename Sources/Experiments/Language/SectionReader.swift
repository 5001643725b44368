import Settings
import YAML

/// Reads the keys of one section from its node and reports those that are not its own.
///
/// A key whose value is null is as if it were not there.
struct SectionReader {
  let section: Section
  let context: SettingContext
  let diagnostics: Diagnostics
  /// The section's node, or of the document where the section is absent; for missing keys.
  let range: SourceRange?
  /// Few enough to be searched one by one.
  private(set) var entries: [Node.Entry] = []
  /// The entries' keys, those with typos as they are meant; empty where the value is null. A sweep asks
  /// for them very often.
  private var names: [String] = []
  /// Whether the section is no mapping at all, or has a key that may be any of its own: nothing of
  /// it is called missing.
  private var isUnreadable = false

  /// - Parameters:
  ///   - node: The section; `nil` where the document has none: everything is default.
  ///   - range: Where a missing key is reported if `node` is `nil`.
  ///   - context: What settings are checked against.
  init(
    _ section: Section, _ node: Node?, fallbackRange range: SourceRange? = nil,
    context: SettingContext = SettingContext(), _ diagnostics: Diagnostics
  ) {
    self.section = section
    self.context = context
    self.diagnostics = diagnostics
    self.range = node?.range ?? range
    guard let node, !node.isNull else { return }
    guard let mapping = node.mapping else {
      isUnreadable = true
      diagnostics.error(
        .wrongType, "\(section.valueInWords) must be a mapping, found \(node.found)",
        at: node.range,
        suggestion: slip(of: node) ?? section.opened(node).map { "write `\($0)`" })
      return
    }
    entries = mapping
    names.reserveCapacity(mapping.count)
    var isKnown = true
    for index in mapping.indices {
      let name = mapping[index].key.scalar?.text ?? ""
      let isNull = mapping[index].value.isNull
      names.append(isNull ? "" : name)
      if isNull, mapping[index].value.scalar?.text.isEmpty == true {
        diagnostics.warn(
          .emptyValue, "`\(Scalar(name).excerpt)` has no value and counts as not given",
          at: mapping[index].key.range,
          suggestion: "give it a value, or write `null` if you mean that")
      }
      guard !section.names.contains(name) else { continue }
      reportUnknown(name, mapping[index])
      isKnown = false
    }
    if !isKnown { readAsMeant() }
    guard !diagnostics.watched.isEmpty else { return }
    for entry in mapping { diagnostics.noteRead(entry.key.range) }
  }

  /// A key that is near to one of the section's was meant as that one: that it is missing is no
  /// mistake of its own, and what is wrong with its value is said at once.
  private mutating func readAsMeant() {
    for (index, entry) in entries.enumerated() where !names[index].isEmpty {
      let name = names[index]
      guard !section.names.contains(name), !section.later.contains(name) else { continue }
      if let meant = section.meant(by: name, entry.value), !names.contains(meant) {
        names[index] = meant
      } else if section.home(of: name) == nil || section.opened(word: name, entry.value) != nil {
        isUnreadable = true
      }
    }
  }

  private func position(_ name: String) -> Int? { names.firstIndex(of: name) }

  func node(_ name: String) -> Node? { position(name).map { entries[$0].value } }
  func keyRange(_ name: String) -> SourceRange? { position(name).map { entries[$0].key.range } }

  /// Where a problem with a key's value is shown: at the value, else at the section.
  func place(_ name: String) -> SourceRange? { node(name)?.range ?? range }

  func value<Value>(_ key: Key<Value>) -> Value {
    node(key.name).flatMap { key.type.decode($0, key.name, diagnostics) } ?? key.fallback
  }

  func value<Value>(_ key: OptionalKey<Value>) -> Value? {
    node(key.name).flatMap { key.type.decode($0, key.name, diagnostics) }
  }

  /// Whether a key must be called missing: it is not there, and nothing may be meant as it.
  func lacks(_ name: String) -> Bool { position(name) == nil && !isUnreadable }

  /// The value of a key, or its default; `nil` where a value is there and wrong.
  func known<Value>(_ key: Key<Value>) -> Value? {
    guard let node = node(key.name) else { return key.fallback }
    return key.type.decode(node, key.name, diagnostics)
  }

  /// The value of a key that must be there; reports it if it is not.
  func required<Value>(_ key: OptionalKey<Value>) -> Value? {
    requireKeys(key.description)
    return value(key)
  }

  /// Reports that a key is missing, together with all others that are: they are one mistake.
  ///
  /// - Parameter others: Keys that must be there in this case; those that always must need not be
  ///   named.
  func requireKeys(_ key: KeyDescription, _ others: [KeyDescription] = []) {
    guard lacks(key.name) else { return }
    let names = [key.name] + others.map(\.name)
    let missing = section.keys.filter {
      ($0.defaultValue == .required || names.contains($0.name)) && lacks($0.name)
    }
    let words = missing.map { "`\($0.name)`" }
    let isOne = missing.count == 1
    diagnostics.error(
      .missingKey,
      "\(words.joined(separator: " and ")) \(isOne ? "is" : "are") missing"
        + " \(section.placeInWords)", at: range,
      suggestion: isOne
        ? "it is \(key.schema)"
        : missing.map { "`\($0.name)` is \($0.schema)" }.joined(separator: "; "))
  }

  /// Says which of the section's keys mean something beside its other values: settings of the
  /// chosen optimizer, say.
  ///
  /// A key that is there and means nothing is a mistake, unless it means something at another
  /// point of the sweep; what a point does not use is as if it were not there.
  ///
  /// - Parameters:
  ///   - own: The keys that mean something.
  ///   - message: What to say of a key that does not.
  func accept(
    only own: [String], suggestion: @autoclosure () -> String? = nil,
    _ message: (String) -> String
  ) {
    diagnostics.settle(section.name, own)
    for (index, name) in names.enumerated() where !name.isEmpty {
      if own.contains(name) {
        diagnostics.use(entries[index].key.range)
      } else if section.names.contains(name), entries[index].key.scalar?.text == name {
        diagnostics.deferError(
          Diagnostic(
            code: .conflict, message(name), at: entries[index].key.range,
            suggestion: suggestion()))
      }
    }
  }
}
