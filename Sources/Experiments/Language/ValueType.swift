import YAML

/// How a node becomes a value and a value becomes YAML, with the schema that says so.
struct ValueType<Value: Sendable>: Sendable {
  let schema: ValueSchema
  /// The value of a node, or `nil` after reporting what is wrong with it; the text is the name of
  /// the key it stands under.
  let decode: @Sendable (Node, String, Diagnostics) -> Value?
  /// The value as YAML, in flow style.
  let encode: @Sendable (Value) -> String

  init(
    _ schema: ValueSchema, encode: @escaping @Sendable (Value) -> String,
    decode: @escaping @Sendable (Node, String, Diagnostics) -> Value?
  ) {
    self.schema = schema
    self.encode = encode
    self.decode = decode
  }
}

/// Reports that the value of `key` is not what `schema` says.
func mismatch(
  _ node: Node, _ key: String, _ schema: ValueSchema, _ diagnostics: Diagnostics,
  code: Diagnostic.Code = .wrongType, suggestion: String? = nil
) {
  diagnostics.error(
    code, "`\(key)` must be \(schema), found \(node.found)", at: node.range,
    suggestion: suggestion ?? slip(of: node) ?? sweep(of: node, key))
}

/// Advice for a list where one value stands: to try several.
private func sweep(of node: Node, _ key: String) -> String? {
  guard node.sequence?.isEmpty == false else { return nil }
  let homes = Vocabulary.sections.filter { home in
    !home.name.hasPrefix("architecture.layers") && !home.name.hasPrefix("sweep")
      && home.names.contains(key)
  }
  guard let home = homes.first, home.name != DocumentSection.section.name else { return nil }
  guard homes.count == 1, home.name != AttackSection.section.name else {
    return "to try several values, list them under `sweep.grid`"
  }
  return "to try several values, write `sweep: { grid: { \(home.name).\(key): \(node.flow) } }`"
}

/// A slip of the pen that turns what should be a list or a mapping into a text.
func slip(of node: Node) -> String? {
  guard let scalar = node.scalar, scalar.style == .plain else { return nil }
  let text = scalar.text
  if text.hasPrefix("-"), text.count > 1, case .text = scalar.value {
    let item = text.dropFirst().prefix { $0 != " " }
    return "write a space after each `-`: `- \(Scalar(String(item)).excerpt)`"
  }
  if node.range.start.line != node.range.end.line, text.contains(" - ") || text.contains("- ") {
    return "the lines below belong to this text: indent the items of a list alike"
  }
  let name = text.prefix { $0.isLetter || $0 == "_" }
  let rest = text.dropFirst(name.count)
  if !name.isEmpty, rest.first == ":", rest.count > 1, !rest.hasPrefix("://") {
    return "write a space after the `:`: `\(name): \(rest.dropFirst().prefix(20))`"
  }
  return nil
}

extension ValueType where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> Self {
    let schema = ValueSchema.integer(range)
    return Self(schema, encode: { "\($0)" }) { node, key, diagnostics in
      switch node.scalar?.value {
      case .integer(let value):
        if range.contains(value) { return value }
        guard value > range.upperBound else {
          mismatch(node, key, schema, diagnostics, code: .outOfRange)
          return nil
        }
        diagnostics.error(
          .outOfRange, "`\(key)` must be at most \(range.upperBound), found \(node.found)",
          at: node.range)
      case .number(let value) where value == value.rounded() && value.magnitude < 1e15:
        mismatch(node, key, schema, diagnostics, suggestion: "write `\(value.plainText)`")
      default:
        mismatch(node, key, schema, diagnostics, suggestion: unquoted(node))
      }
      return nil
    }
  }

  static func integer(_ range: PartialRangeFrom<Int>) -> Self {
    .integer(range.lowerBound...Int.max)
  }
}

extension ValueType where Value == Double {
  static func number(_ range: NumberRange) -> Self {
    let schema = ValueSchema.number(range)
    return Self(schema, encode: { "\($0)" }) { node, key, diagnostics in
      guard let value = node.scalar?.number else {
        mismatch(
          node, key, schema, diagnostics, suggestion: unquoted(node) ?? numberSlip(of: node))
        return nil
      }
      guard range.contains(value) else {
        guard value.isFinite, range.holds(value) else {
          mismatch(
            node, key, schema, diagnostics, code: .outOfRange,
            suggestion: value.isFinite ? nil : "write a finite number")
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
      // Minus zero is zero.
      return value + 0
    }
  }
}

/// Advice for a number between quotes.
private func unquoted(_ node: Node) -> String? {
  guard let scalar = node.scalar, scalar.style != .plain else { return nil }
  return Scalar(scalar.text).number == nil ? nil : "remove the quotes: `\(scalar.text)`"
}

extension ValueType where Value == Bool {
  static var boolean: Self {
    Self(.boolean, encode: { "\($0)" }) { node, key, diagnostics in
      if case .boolean(let value) = node.scalar?.value { return value }
      let words = ["yes": "true", "on": "true", "no": "false", "off": "false"]
      let meant = node.scalar.flatMap { words[$0.text.lowercased()] }
      mismatch(
        node, key, .boolean, diagnostics, suggestion: meant.map { "write `\($0)`" })
      return nil
    }
  }
}

extension ValueType where Value == String {
  static var text: Self {
    Self(.text, encode: quoted) { node, key, diagnostics in
      if case .text(let text) = node.scalar?.value, !text.isEmpty { return text }
      mismatch(node, key, .text, diagnostics)
      return nil
    }
  }

  /// A text that may name a folder. Plain numbers are taken as they are written.
  static func name(_ what: String) -> Self {
    Self(.name, encode: quoted) { node, key, diagnostics in
      guard let scalar = node.scalar, !node.isNull else {
        mismatch(node, key, .name, diagnostics)
        return nil
      }
      guard let problem = FolderName.problem(with: scalar.text) else { return scalar.text }
      diagnostics.error(
        .badName, "\(what) `\(scalar.excerpt)` \(problem)", at: node.range,
        suggestion: FolderName.suggestion(for: scalar.text))
      return nil
    }
  }
}

/// `text` as a YAML scalar that is read as text.
func quoted(_ text: String) -> String {
  let plain = text.utf8.allSatisfy {
    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
      || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/")].contains($0)
  }
  let startsWell = text.utf8.first.map { $0 != UInt8(ascii: "-") } ?? false
  if plain, startsWell, case .text = Scalar(text).value { return text }
  let escaped = text.unicodeScalars.map { scalar in
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\t": "\\t"
    case "\u{85}", "\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{0}"..."\u{1F}", "\u{7F}":
      "\\U" + String(repeating: "0", count: 8 - String(scalar.value, radix: 16).count)
        + String(scalar.value, radix: 16)
    default: String(scalar)
    }
  }
  return "\"" + escaped.joined() + "\""
}
