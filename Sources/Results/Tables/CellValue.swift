/// A cell of a table as JSON has it: a number or a boolean where it is one, null where it is empty.
enum CellValue: Encodable, Hashable {
  case null
  case integer(Int)
  case number(Double)
  case boolean(Bool)
  case text(String)

  /// - Parameter isName: Whether the cell is a name, which is a text whatever it looks like.
  init(_ text: String, isName: Bool = false) {
    if text.isEmpty {
      self = .null
    } else if isName {
      self = .text(text)
    } else if let value = Int(text) {
      self = .integer(value)
    } else if let value = Double(text), value.isFinite {
      self = .number(value)
    } else if let value = Bool(text) {
      self = .boolean(value)
    } else {
      self = .text(text)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .boolean(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    }
  }
}
