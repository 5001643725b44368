import Settings
import YAML

/// A node as the value of a setting: says at the node's place what is wrong with it.
struct NodeSource: SettingSource {
  let node: Node
  /// What it stands under: `epsilon`, `clip[0]`.
  let key: String
  let context: SettingContext
  /// The section that the key is one of, where that is known.
  let section: String?
  let diagnostics: Diagnostics

  init(
    node: Node, key: String, context: SettingContext, section: String? = nil,
    _ diagnostics: Diagnostics
  ) {
    self.section = section
    self.node = node
    self.key = key
    self.context = context
    self.diagnostics = diagnostics
  }

  var items: [any SettingSource]? {
    node.sequence?.enumerated().map { index, node in
      NodeSource(node: node, key: "\(key)[\(index)]", context: context, diagnostics)
    }
  }

  var isMapping: Bool { node.mapping != nil }
  var word: String? { Experiments.word(of: node) }

  var chosenWord: String? {
    node.mapping == nil
      ? word : ["name", "method"].lazy.compactMap { node[$0]?.scalar?.text }.first
  }

  var isTrue: Bool? {
    if case .boolean(let value) = node.scalar?.value { value } else { nil }
  }

  var isInteger: Bool {
    if case .integer = node.scalar?.value { true } else { false }
  }

  func report(_ code: SettingProblem, _ message: String, suggestion: String?) {
    diagnostics.error(
      Diagnostic.Code(code.rawValue), "`\(key)` \(message)", at: node.range,
      suggestion: suggestion)
  }

  func mismatch(_ schema: ValueSchema) { mismatch(schema, code: .wrongType, suggestion: nil) }

  private func mismatch(
    _ schema: ValueSchema, code: Diagnostic.Code = .wrongType, suggestion: String?
  ) {
    if case .list(_, let minimum, _) = schema, let count = node.sequence?.count {
      diagnostics.error(
        .outOfRange,
        count == 0 && minimum > 0
          ? "`\(key)` is an empty list; it must be \(schema)"
          : "`\(key)` must be \(schema), found \(count)", at: node.range)
      return
    }
    var advice = suggestion
    if case .list = schema, advice == nil { advice = listSlip(of: node) }
    Experiments.mismatch(
      node, key, schema, diagnostics, code: code, suggestion: advice, section: section)
  }
}

// MARK: Scalars

extension NodeSource {
  func integer(_ range: ClosedRange<Int>) -> Int? {
    let schema = ValueSchema.integer(range)
    switch node.scalar?.value {
    case .integer(let value):
      if range.contains(value) { return value }
      guard value > range.upperBound else {
        mismatch(schema, code: .outOfRange, suggestion: nil)
        return nil
      }
      diagnostics.error(
        .outOfRange, "`\(key)` must be at most \(range.upperBound), found \(node.found)",
        at: node.range)
    case .number(let value) where value == value.rounded() && value.magnitude < 1e15:
      mismatch(schema, suggestion: "write `\(value.plainText)`")
    default: mismatch(schema, suggestion: unquoted)
    }
    return nil
  }

  func number(_ range: NumberRange) -> Double? {
    let schema = ValueSchema.number(range)
    guard let value = node.scalar?.number else {
      mismatch(schema, suggestion: unquoted ?? numberSlip(of: node))
      return nil
    }
    // Minus zero is zero.
    if range.contains(value) { return value + 0 }
    guard value.isFinite, range.holds(value) else {
      mismatch(
        schema, code: .outOfRange, suggestion: value.isFinite ? nil : "write a finite number")
      return nil
    }
    // Right as it is written, but not as it is calculated with.
    let single = Float(value)
    let rounded = single.isFinite ? Double(single).plainText : "infinite"
    diagnostics.error(
      .outOfRange,
      "`\(key)` must be \(schema) in single precision, where \(node.found) is \(rounded)",
      at: node.range)
    return nil
  }

  func boolean() -> Bool? {
    if let isTrue { return isTrue }
    let words = ["yes": "true", "on": "true", "no": "false", "off": "false"]
    let meant = node.scalar.flatMap { words[$0.text.lowercased()] }
    mismatch(.boolean, suggestion: meant.map { "write `\($0)`" })
    return nil
  }

  func text() -> String? {
    if case .text(let text) = node.scalar?.value, !text.isEmpty { return text }
    mismatch(.text)
    return nil
  }

  func name(_ what: String) -> String? {
    guard let scalar = node.scalar, !node.isNull else {
      mismatch(.name)
      return nil
    }
    guard let problem = FolderName.problem(with: scalar.text) else { return scalar.text }
    diagnostics.error(
      .badName, "\(what) `\(scalar.excerpt)` \(problem)", at: node.range,
      suggestion: variable(in: scalar.text) ?? FolderName.suggestion(for: scalar.text))
    return nil
  }

  func path() -> String? {
    text().map { SpecFile.absolute(SpecFile.resolve($0, relativeTo: node.range.source.name)) }
  }

  func choice<Value>(
    _ what: String, _ words: [String], _ read: (String) -> Value?
  ) -> Value? {
    guard let word else {
      mismatch(.choice(words))
      return nil
    }
    if let value = read(word) { return value }
    unknown(word, what, node, words, later: [], diagnostics)
    return nil
  }

  /// Advice for a number between quotes.
  private var unquoted: String? {
    guard let scalar = node.scalar, scalar.style != .plain else { return nil }
    return Scalar(scalar.text).number == nil ? nil : "remove the quotes: `\(scalar.text)`"
  }
}
