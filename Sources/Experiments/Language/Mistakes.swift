import PlainText
import Settings
import YAML

/// Reports that the value of `key` is not what `schema` says.
///
/// - Parameter section: What it is a key of, where that is known.
func mismatch(
  _ node: Node, _ key: String, _ schema: ValueSchema, _ diagnostics: Diagnostics,
  code: Diagnostic.Code = .wrongType, suggestion: String? = nil, section: String? = nil
) {
  diagnostics.error(
    code, "`\(key)` must be \(schema), found \(node.found)", at: node.range,
    suggestion: suggestion ?? variable(in: node.scalar?.text ?? "") ?? slip(of: node)
      ?? axis(of: node) ?? sweep(of: node, key, section))
}

/// Advice for `${NAME}` where no path stands.
func variable(in text: String) -> String? {
  guard let start = text.firstRange(of: "${")?.lowerBound else { return nil }
  let name = text[start...].prefix { $0 != "}" } + "}"
  return "variables such as `\(Scalar(String(name)).excerpt)` work in paths only"
}

/// Advice for several values of an argument, where one stands: `epochs=1,2`, `epochs=[1, 2]`.
private func axis(of node: Node) -> String? {
  let source = node.range.source
  guard [ParsedOverride.sourceName, ParsedOverride.sweepName].contains(source.name),
    let equals = source.text.firstIndex(of: "="),
    node.range.start.column == source.text[...equals].unicodeScalars.count + 1
  else { return nil }
  let key = source.text[..<equals]
  var values = node.sequence?.map(\.flow) ?? []
  if let scalar = node.scalar, scalar.style == .plain {
    values = scalar.text.split(separator: ",").map { String($0.drop { $0 == " " }) }
  }
  guard values.count > 1 else { return nil }
  let argument = "\(key)=\(values.joined(separator: ","))"
  let isPlain = !argument.contains { " {}[]".contains($0) }
  return
    (node.range.isOfOverride ? "to try several values, write" : "write the values without `[ ]`:")
    + " `--sweep \(isPlain ? argument : "'\(argument)'")`"
}

/// Advice for a list where one value stands: to try several.
private func sweep(of node: Node, _ key: String, _ section: String?) -> String? {
  guard node.sequence?.isEmpty == false else { return nil }
  let homes = Vocabulary.sections.filter { home in
    !home.name.hasPrefix("architecture.layers") && !home.name.hasPrefix("sweep")
      && home.names.contains(key) && home.name == section ?? home.name
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
    return "the lines below are part of this string: indent all items of a list equally"
  }
  let name = text.prefix { $0.isLetter || $0 == "_" }
  let rest = text.dropFirst(name.count)
  if !name.isEmpty, rest.first == ":", rest.count > 1, !rest.hasPrefix("://") {
    return "write a space after the `:`: `\(name): \(rest.dropFirst().prefix(20))`"
  }
  return nil
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
  diagnostics.error(
    .unknownValue, "unknown \(what) `\(excerpt)`", at: node.range,
    suggestion: variable(in: word) ?? ForeignValue.answer(word, what)
      ?? closest(to: word, among: words).map { "did you mean `\($0)`?" }
      ?? "use one of \(listed(words))")
}
