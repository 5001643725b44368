import Settings
internal import YAML

/// A value of JSON, as specs and plans are written for other programs.
package enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])
}

extension JSONValue: Codable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    }
  }

  /// A whole number is read as an integer, however it was written.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let values = try? container.decode([JSONValue].self) {
      self = .list(values)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }
}

extension JSONValue {
  /// The value of a YAML node.
  init(_ node: Node) {
    switch node.content {
    case .sequence(let nodes): self = .list(nodes.map(JSONValue.init))
    case .mapping(let entries):
      self = .object(
        Dictionary(entries.map { ($0.key.scalar?.text ?? "", JSONValue($0.value)) }) { $1 })
    case .scalar(let scalar):
      switch scalar.value {
      case .null: self = .null
      case .boolean(let value): self = .boolean(value)
      case .integer(let value): self = .integer(value)
      case .number(let value): self = .number(value)
      case .text(let value): self = .text(value)
      }
    }
  }

  /// A list or a mapping, which an axis holds as YAML's flow style, becomes one of JSON.
  package init(_ value: AxisValue) {
    switch value {
    case .integer(let value): self = .integer(value)
    case .number(let value), .fraction(let value, _): self = .number(value)
    case .boolean(let value): self = .boolean(value)
    case .text("null"), .absent: self = .null
    case .text(let value):
      let isCollection = value.hasPrefix("[") || value.hasPrefix("{")
      let document =
        isCollection ? YAMLDocument(SourceText(name: "value", text: value)) : nil
      self = document?.root.map(JSONValue.init) ?? .text(value)
    }
  }
}
