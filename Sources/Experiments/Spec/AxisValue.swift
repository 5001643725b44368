import YAML

/// A value that a sweep's axis takes, as the spec wrote it.
package enum AxisValue: Hashable, Sendable {
  case integer(Int)
  case number(Double)
  case boolean(Bool)
  case text(String)
  /// At a point where the path means nothing, or has no value.
  case absent
}

extension AxisValue {
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
  /// As tables show it; numbers as the shortest text that is read back as the same.
  package var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .text(let value): value
    case .absent: ""
    }
  }
}
