import Settings
import YAML

/// A value that a sweep's axis takes, as the spec wrote it.
package enum AxisValue: Hashable, Sendable {
  case integer(Int)
  case number(Double)
  /// `8/255`, with the text that it was written as.
  case fraction(Double, text: String)
  case boolean(Bool)
  case text(String)
  /// At a point where the path means nothing, or has no value.
  case absent
}

extension AxisValue {
  /// The value of a key as tables show it: a fraction as the number it is, a norm by one word.
  ///
  /// - Parameter keys: The key's path.
  init(_ node: Node, of keys: [String]) {
    self.init(node)
    switch self {
    // `.inf` is a norm, too; as a number it is refused everywhere.
    case .text, .number(.infinity): break
    case .integer, .number, .fraction, .boolean, .absent: return
    }
    guard let scalar = node.scalar else { return }
    let schemas = Vocabulary.sections.flatMap(\.keys).filter { $0.name == keys.last }.map(\.schema)
    if let number = scalar.number, schemas.contains(where: \.takesNumbers) {
      let text = scalar.text.filter { $0 != " " }
      self = text.contains("/") ? .fraction(number, text: text) : .number(number)
    } else if let norm = Norm(word: scalar.text), schemas.contains(Norm.type.schema) {
      self = .text(norm.name)
    }
  }

  /// The value as the spec wrote it; lists and mappings in YAML's flow style.
  init(_ node: Node) {
    switch node.scalar?.value {
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .boolean(let value): self = .boolean(value)
    case .text(let value): self = .text(value)
    case .null, nil: self = .text(node.isNull ? "null" : node.flow)
    }
  }
}

extension AxisValue: CustomStringConvertible {
  /// As tables have it; numbers as the shortest text that is read back as the same.
  package var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value), .fraction(let value, _): "\(value)"
    case .boolean(let value): "\(value)"
    case .text(let value): value
    case .absent: ""
    }
  }
}

extension AxisValue {
  /// As people read it: a fraction as it was written.
  package var words: String {
    if case .fraction(_, let text) = self { text } else { description }
  }
}
