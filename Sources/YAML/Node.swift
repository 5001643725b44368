/// A node of a YAML document, with its place in the text.
///
/// A node that was reached through an alias lies where the alias stands; what is inside it lies
/// where it was written.
package struct Node: Sendable {
  package enum Content: Sendable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
  }

  /// One key of a mapping with its value, in the text's order.
  package struct Entry: Sendable {
    package var key: Node
    package var value: Node
    package init(key: Node, value: Node) {
      self.key = key
      self.value = value
    }
  }

  package var content: Content
  package var range: SourceRange

  package init(_ content: Content, at range: SourceRange) {
    self.content = content
    self.range = range
  }
}

extension Node {
  package var mark: Mark { range.start }
  package var source: SourceText { range.source }

  /// The scalar, or `nil` for a collection.
  package var scalar: Scalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  package var sequence: [Node]? {
    if case .sequence(let nodes) = content { nodes } else { nil }
  }

  package var mapping: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  package var isNull: Bool { scalar?.value == .null }

  /// The value under a key of a mapping; `nil` where there is none or this is no mapping.
  package subscript(key: String) -> Node? {
    mapping?.first { $0.key.scalar?.text == key }?.value
  }

  /// What a message calls it: "the integer 3", "a list".
  package var found: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar(let scalar):
      switch scalar.value {
      case .null: "null"
      case .boolean: "the boolean `\(scalar.text)`"
      case .integer: "the integer \(scalar.text)"
      case .number: "the number \(scalar.text)"
      case .text: scalar.text.isEmpty ? "an empty string" : "the string `\(scalar.excerpt)`"
      }
    }
  }
}
