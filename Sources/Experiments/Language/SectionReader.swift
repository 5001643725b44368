import YAML

/// Reads the keys of one section from its node and reports those that are not its own.
///
/// A key whose value is null is as if it were not there.
struct SectionReader {
  let section: Section
  let diagnostics: Diagnostics
  /// The section's node, or of the document where the section is absent; for missing keys.
  let range: SourceRange?
  /// Few enough to be searched one by one.
  private var entries: [Node.Entry] = []
  /// The entries' keys; empty where the value is null. A sweep asks for them very often.
  private var names: [String] = []
  /// Whether the section is no mapping at all, so that nothing of it is called missing.
  private var isUnreadable = false

  /// - Parameters:
  ///   - node: The section; `nil` where the document has none: everything is default.
  ///   - range: Where a missing key is reported if `node` is `nil`.
  init(
    _ section: Section, _ node: Node?, fallbackRange range: SourceRange? = nil,
    _ diagnostics: Diagnostics
  ) {
    self.section = section
    self.diagnostics = diagnostics
    self.range = node?.range ?? range
    guard let node, !node.isNull else { return }
    guard let mapping = node.mapping else {
      isUnreadable = true
      diagnostics.error(
        .wrongType, "`\(section.name)` must be a mapping, found \(node.found)", at: node.range,
        suggestion: slip(of: node))
      return
    }
    entries = mapping
    names.reserveCapacity(mapping.count)
    for entry in mapping {
      let name = entry.key.scalar?.text ?? ""
      names.append(entry.value.isNull ? "" : name)
      if entry.value.scalar?.text.isEmpty == true, entry.value.isNull {
        diagnostics.warn(
          .emptyValue, "`\(Scalar(name).excerpt)` has no value and counts as not given",
          at: entry.key.range, suggestion: "give it one, or write `null` where that is meant")
      }
      if !section.names.contains(name) { reportUnknown(name, entry.key) }
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

  /// The value of a key that must be there; reports it if it is not.
  func required<Value>(_ key: OptionalKey<Value>) -> Value? {
    if position(key.name) == nil, !isUnreadable {
      diagnostics.error(
        .missingKey, "`\(key.name)` is missing \(section.placeInWords)", at: range,
        suggestion: "it is \(key.type.schema)")
    }
    return value(key)
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
    only own: [String], suggestion: String? = nil, _ message: (String) -> String
  ) {
    diagnostics.settle(section.name, own)
    for entry in entries where !entry.value.isNull {
      guard let name = entry.key.scalar?.text, section.names.contains(name) else { continue }
      if own.contains(name) {
        diagnostics.use(entry.key.range)
      } else {
        diagnostics.deferError(
          Diagnostic(
            code: .conflict, message(name), at: entry.key.range, suggestion: suggestion))
      }
    }
  }

  // MARK: Unknown keys

  private func reportUnknown(_ name: String, _ key: Node) {
    let shown = Scalar(name).excerpt
    if section.later.contains(name) {
      let supported = listed(section.keys.map(\.name))
      diagnostics.error(
        .notSupported,
        "`\(shown)` \(section.placeInWords) is not supported in this version; supported: "
          + supported, at: key.range)
      return
    }
    diagnostics.error(
      .unknownKey, "unknown key `\(shown)` \(section.placeInWords)", at: key.range,
      suggestion: suggestion(for: name))
  }

  /// A key that holds what only looks like a space, or its value, too.
  private func keySlip(_ name: String, _ names: [String]) -> String? {
    let stranger = name.unicodeScalars.first { scalar in
      switch scalar.properties.generalCategory {
      case .spaceSeparator: scalar != " "
      case .format: true
      default: false
      }
    }
    if let stranger {
      let code = String(stranger.value, radix: 16, uppercase: true)
      let zeros = String(repeating: "0", count: max(0, 4 - code.count))
      return "it holds the character U+\(zeros)\(code), which is no space: type the line anew"
    }
    guard let colon = name.firstIndex(of: ":"), names.contains(String(name[..<colon])) else {
      return nil
    }
    let value = name[name.index(after: colon)...]
    return "write a space after the `:`: `\(name[..<colon]): \(value)`"
  }

  /// A near word of this section, or the section where the word is at home.
  private func suggestion(for name: String) -> String {
    let names = section.names
    if let slip = keySlip(name, names) { return slip }
    if name.contains(".") {
      return section.name == SweepSection.section.name
        ? "paths belong under `grid`" : "only a sweep's paths have dots: nest the keys instead"
    }
    let near = closestMatch(to: name, among: names)
    if let near, near.distance <= 1 { return "did you mean `\(near.candidate)`?" }
    let homes = Vocabulary.sections.filter { home in
      home.name != section.name && home.keys.contains { $0.name == name }
    }
    if !homes.isEmpty {
      return "`\(name)` belongs " + homes.prefix(3).map(\.homeInWords).joined(separator: ", or ")
    }
    if let near { return "did you mean `\(near.candidate)`?" }
    // `lmit` where there are `train_limit` and `test_limit`.
    let parts = names.filter { $0.contains("_") }.filter { candidate in
      closestMatch(to: name, among: [String(candidate.split(separator: "_").last ?? "")]).map {
        $0.distance <= 1
      } ?? false
    }
    if !parts.isEmpty {
      let words = parts.prefix(3).map { "`\($0)`" }.joined(separator: " or ")
      return "did you mean \(words)?"
    }
    for home in Vocabulary.sections where home.name != section.name {
      if let near = closest(to: name, among: home.keys.map(\.name)) {
        return "did you mean `\(near)`? It belongs \(home.homeInWords)"
      }
    }
    return "use one of \(listed(names))"
  }
}
