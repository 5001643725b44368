import Settings

/// The JSON Schema of specs, for editors: made from the declarations that read them.
///
/// It never refuses a right spec. What it cannot say (what depends on other keys, shapes, names of
/// models, paths of sweeps) it lets through.
///
/// - Source: JSON Schema, draft 2020-12.
package enum SpecSchema {
  /// The schema as JSON, ending in a line break.
  package static var text: String { document.text(indent: "") + "\n" }

  private static var document: JSONTree {
    var definitions: [(String, JSONTree)] = []
    for section in Vocabulary.sections.dropFirst() {
      definitions.append((section.name, self.section(section)))
    }
    for section in Vocabulary.sections.dropFirst() where section.isWholeInLists {
      definitions.append(
        (
          section.name + wholeEnding, self.section(section, withRequired: true)
        ))
    }
    guard case .object(let root) = section(DocumentSection.section) else { return .object([]) }
    let whole = Vocabulary.sections.filter { home in
      DocumentSection.section.keys.contains { $0.name == home.name } && !home.required.isEmpty
    }
    // What a spec that extends another leaves out may stand there.
    let required: JSONTree = .object([
      ("required", .array(DocumentSection.section.required.map(JSONTree.string))),
      (
        "properties",
        .object(
          whole.map { home in
            (home.name, .object([("required", .array(home.required.map(JSONTree.string)))]))
          })
      ),
    ])
    return .object(
      [
        ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
        ("title", .string("nsl-run spec")),
      ] + root + [
        ("if", .object([("not", .object([("required", .array([.string("extends")]))]))])),
        ("then", required),
        ("$defs", .object(definitions)),
      ])
  }

  /// Of a section that stands in a list, where nothing is laid over it.
  private static let wholeEnding = ".whole"

  private static func section(_ section: Section, withRequired: Bool = false) -> JSONTree {
    var fields: [(String, JSONTree)] = [
      ("type", .string("object")), ("description", .string(section.summary)),
      ("additionalProperties", .boolean(false)),
      (
        "properties",
        .object(
          section.keys.flatMap { key in
            let isNeeded = withRequired && key.defaultValue == .required
            let own = (key.name, property(key, allowsNull: !isNeeded))
            return key.schema.list.map { [own, (key.name + "+", appended($0))] } ?? [own]
          })
      ),
    ]
    if withRequired, !section.required.isEmpty {
      fields.append(("required", .array(section.required.map(JSONTree.string))))
    }
    return .object(fields)
  }

  /// Items that a spec appends to the list of the one that it extends.
  private static func appended(_ list: ValueSchema) -> JSONTree {
    guard case .object(let fields) = schema(list) else { return schema(list) }
    return .object(
      [("description", .string("items appended to the list of the extended spec"))] + fields)
  }

  private static func property(_ key: KeyDescription, allowsNull: Bool) -> JSONTree {
    let words =
      switch key.defaultValue {
      case .required, .notApplicable: key.summary
      case .value(let value): "\(key.summary) (default: \(value))"
      case .words(let words): "\(key.summary) (default: \(words))"
      }
    let kind = key.schema.hasNamedItems ? namedItems(key.schema) : schema(key.schema)
    let whole = allowsNull ? JSONTree.object([("anyOf", .array([kind, null]))]) : kind
    guard case .object(let fields) = whole else { return whole }
    return .object([("description", .string(words))] + fields)
  }

  /// A list of which a spec that extends another may change items by their names.
  private static func namedItems(_ list: ValueSchema) -> JSONTree {
    guard case .list(let item, _, _) = list else { return schema(list) }
    let change = item.sectionName.map(ValueSchema.section).map { schema($0) }
    return .object([
      (
        "anyOf",
        .array([
          schema(list),
          .object([
            ("type", .string("object")),
            (
              "additionalProperties",
              .object([("anyOf", .array([change ?? .object([("type", .string("object"))]), null]))])
            ),
          ]),
        ])
      )
    ])
  }

  private static let null = JSONTree.object([("type", .string("null"))])

  private static func schema(_ schema: ValueSchema, inList: Bool = false) -> JSONTree {
    switch schema {
    case .integer(let range):
      var fields: [(String, JSONTree)] = [
        ("type", .string("integer")), ("minimum", .number("\(range.lowerBound)")),
      ]
      if range.upperBound < .max { fields.append(("maximum", .number("\(range.upperBound)"))) }
      return .object(fields)
    case .number(let range):
      var fields: [(String, JSONTree)] = [("type", .string("number"))]
      if let lower = range.lower {
        fields.append((range.isLowerOpen ? "exclusiveMinimum" : "minimum", .number("\(lower)")))
      }
      if let upper = range.upper {
        fields.append((range.isUpperOpen ? "exclusiveMaximum" : "maximum", .number("\(upper)")))
      }
      return .object(fields)
    case .boolean: return .object([("type", .string("boolean"))])
    case .text: return .object([("type", .string("string")), ("minLength", .number("1"))])
    case .anything: return .object([])
    case .name:
      let pattern =
        "^[A-Za-z0-9_]([A-Za-z0-9._-]{0,\(FolderName.maximumLength - 2)}[A-Za-z0-9_-])?$"
      return .object([
        (
          "anyOf",
          .array([
            .object([("type", .string("string")), ("pattern", .string(pattern))]),
            .object([("type", .array([.string("number"), .string("boolean")]))]),
          ])
        )
      ])
    case .choice(let words):
      return .object([("enum", .array((words + aliases(of: words)).map(JSONTree.string)))])
    case .list(let item, let minimum, let maximum):
      var fields: [(String, JSONTree)] = [
        ("type", .string("array")), ("items", self.schema(item, inList: true)),
      ]
      if minimum > 0 { fields.append(("minItems", .number("\(minimum)"))) }
      if let maximum { fields.append(("maxItems", .number("\(maximum)"))) }
      return .object(fields)
    case .map(let value):
      return .object([
        ("type", .string("object")), ("additionalProperties", self.schema(value)),
      ])
    case .section(let name):
      let isWhole = inList && OverridePaths.section(name)?.isWholeInLists == true
      return .object([("$ref", .string("#/$defs/\(name)\(isWhole ? wholeEnding : "")"))])
    case .either(let schemas):
      var parts = schemas.map { self.schema($0, inList: inList) }
      // A number or a list of such is declared where lists may nest.
      if case .number? = schemas.first, schemas.count == 2, case .list(.number, _, _) = schemas[1],
        case .number(let range) = schemas[0], range == .unit
      {
        parts[1] = .object([("type", .string("array")), ("minItems", .number("1"))])
      }
      return .object([("anyOf", .array(parts))])
    }
  }

  /// Other spellings of words, which the reference names beside them.
  private static func aliases(of words: [String]) -> [String] {
    if words == Norm.words { return Norm.otherWords }
    if words.contains("swish") { return ["silu"] }
    return []
  }
}

extension ValueSchema {
  /// The list of any length that may stand here, if one may.
  fileprivate var list: ValueSchema? {
    switch self {
    case .list(_, let minimum, let maximum): minimum == maximum ? nil : self
    case .either(let schemas): schemas.lazy.compactMap(\.list).first
    default: nil
    }
  }

  /// Whether this is a list of attacks or layers.
  fileprivate var hasNamedItems: Bool {
    guard case .list(let item, _, _) = self else { return false }
    return item.sectionName != nil || item == LayerSection.schema
  }

  fileprivate var sectionName: String? {
    if case .section(let name) = self { name } else { nil }
  }
}

extension Section {
  /// Keys that must be there.
  fileprivate var required: [String] {
    keys.filter { $0.defaultValue == .required }.map(\.name)
  }

  fileprivate var isWholeInLists: Bool { !required.isEmpty && name.contains(".") }
}

/// JSON with its keys in the order in which they are written.
private indirect enum JSONTree {
  case object([(String, JSONTree)])
  case array([JSONTree])
  case string(String)
  /// As it is written.
  case number(String)
  case boolean(Bool)

  func text(indent: String) -> String {
    let deeper = indent + "  "
    switch self {
    case .object(let fields) where fields.isEmpty: return "{}"
    case .object(let fields):
      let lines = fields.map { "\(deeper)\(quoted($0)): \($1.text(indent: deeper))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    case .array(let items):
      let isFlat = items.allSatisfy {
        switch $0 {
        case .object, .array: false
        default: true
        }
      }
      let texts = items.map { $0.text(indent: deeper) }
      if isFlat { return "[" + texts.joined(separator: ", ") + "]" }
      return "[\n" + texts.map { deeper + $0 }.joined(separator: ",\n") + "\n\(indent)]"
    case .string(let text): return quoted(text)
    case .number(let text): return text
    case .boolean(let value): return "\(value)"
    }
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
