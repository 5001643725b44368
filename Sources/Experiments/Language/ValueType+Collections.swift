import YAML

extension ValueType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One word of an enumeration.
  ///
  /// - Parameters:
  ///   - what: What a person calls such a thing: "data set".
  ///   - aliases: Other spellings.
  ///   - later: Words of the language that this version does not know yet.
  static func choice(
    _ what: String, aliases: [String: Value] = [:], later: [String] = []
  ) -> Self {
    let words = Value.allCases.map(\.rawValue)
    return Self(.choice(words), encode: { $0.rawValue }) { node, key, diagnostics in
      guard let word = word(of: node) else {
        mismatch(node, key, .choice(words), diagnostics)
        return nil
      }
      if let value = Value(rawValue: word) ?? aliases[word] { return value }
      unknown(word, what, node, words, later: later, diagnostics)
      return nil
    }
  }
}

extension ValueType {
  /// The same, or the word `none`.
  static func orNone<Wrapped>(_ type: ValueType<Wrapped>) -> Self where Value == Wrapped? {
    let schema = ValueSchema.either([type.schema, .choice(["none"])])
    return Self(schema, encode: { $0.map(type.encode) ?? "none" }) { node, key, diagnostics in
      if node.scalar?.text == "none" { return .some(nil) }
      return type.decode(node, key, diagnostics).map { .some($0) }
    }
  }

  static func list<Item>(
    of item: ValueType<Item>, minimum: Int = 0, maximum: Int? = nil
  ) -> Self where Value == [Item] {
    let schema = ValueSchema.list(of: item.schema, minimum: minimum, maximum: maximum)
    let encode: @Sendable (Value) -> String = {
      "[" + $0.map(item.encode).joined(separator: ", ") + "]"
    }
    return Self(schema, encode: encode) { node, key, diagnostics in
      guard let nodes = node.sequence else {
        mismatch(node, key, schema, diagnostics, suggestion: listSlip(of: node))
        return nil
      }
      guard nodes.count >= minimum, nodes.count <= maximum ?? .max else {
        diagnostics.error(
          .outOfRange,
          nodes.isEmpty
            ? "`\(key)` is an empty list; it must be \(schema)"
            : "`\(key)` must be \(schema), found \(nodes.count)", at: node.range)
        return nil
      }
      let items = nodes.enumerated().map { item.decode($1, "\(key)[\($0)]", diagnostics) }
      let values = items.compactMap { $0 }
      return values.count == items.count ? values : nil
    }
  }
}

/// Advice for numbers that stand where a list of such does: `32`, `1,2,3`.
func listSlip(of node: Node) -> String? {
  guard let scalar = node.scalar, scalar.style == .plain else { return nil }
  let parts = scalar.text.split(separator: ",").map { $0.drop { $0 == " " } }
  guard !parts.isEmpty, parts.allSatisfy({ Scalar(String($0)).number != nil }) else { return nil }
  return "write `[\(parts.joined(separator: ", "))]`"
}

/// A scalar's text where it is neither null nor a boolean.
func word(of node: Node) -> String? {
  guard let scalar = node.scalar else { return nil }
  switch scalar.value {
  case .null, .boolean: return nil
  case .integer, .number, .text: return scalar.text
  }
}

/// Reports a word that is none of `words`.
func unknown(
  _ word: String, _ what: String, _ node: Node, _ words: [String], later: [String],
  _ diagnostics: Diagnostics
) {
  if later.contains(word) {
    diagnostics.error(
      .notSupported,
      "\(what) `\(word)` is not supported in this version; supported: \(listed(words))",
      at: node.range)
    return
  }
  let excerpt = Scalar(word).excerpt
  if let answer = ForeignValue.answer(word, what) {
    diagnostics.error(
      .unknownValue, "unknown \(what) `\(excerpt)`", at: node.range, suggestion: answer)
  } else if let candidate = closest(to: word, among: words) {
    diagnostics.error(
      .unknownValue, "unknown \(what) `\(excerpt)`", at: node.range,
      suggestion: "did you mean `\(candidate)`?")
  } else {
    diagnostics.error(
      .unknownValue, "unknown \(what) `\(excerpt)`", at: node.range,
      suggestion: "use one of \(listed(words))")
  }
}
