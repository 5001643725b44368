/// The cells of swept paths' columns, which JSON has as numbers and booleans where they are such.
@propertyWrapper
package struct PlainPoint: Codable, Hashable, Sendable {
  package var wrappedValue: [String]

  package init(wrappedValue: [String]) { self.wrappedValue = wrappedValue }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue.map(PlainValue.init))
  }

  package init(from decoder: any Decoder) throws {
    wrappedValue = try decoder.singleValueContainer().decode([PlainValue].self).map(\.text)
  }
}

/// A cell of a swept path's column, as JSON has it: a number or a boolean where it is one.
///
/// A number that was written with more digits than it needs (`1.0`) is read back without them.
private struct PlainValue: Codable {
  let text: String

  init(_ text: String) { self.text = text }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let integer = Int(text), "\(integer)" == text {
      try container.encode(integer)
    } else if let number = Double(text), number.isFinite, "\(number)" == text {
      try container.encode(number)
    } else if let boolean = Bool(text) {
      try container.encode(boolean)
    } else {
      try container.encode(text)
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let integer = try? container.decode(Int.self) {
      text = "\(integer)"
    } else if let number = try? container.decode(Double.self) {
      text = "\(number)"
    } else if let boolean = try? container.decode(Bool.self) {
      text = "\(boolean)"
    } else {
      text = try container.decode(String.self)
    }
  }
}
