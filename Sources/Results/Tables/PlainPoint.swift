/// The cells of swept paths' columns as JSON: an object by the columns' names, with numbers and
/// booleans where the cells are such and null where they are empty.
///
/// The names are the coder's `userInfo` under ``CodingUserInfoKey/axes``.
@propertyWrapper
package struct PlainPoint: Codable, Hashable, Sendable {
  package var wrappedValue: [String]

  package init(wrappedValue: [String]) { self.wrappedValue = wrappedValue }

  package func encode(to encoder: any Encoder) throws {
    let axes = encoder.userInfo[.axes] as? [String] ?? []
    guard axes.count == wrappedValue.count else {
      throw EncodingError.invalidValue(
        wrappedValue,
        .init(codingPath: encoder.codingPath, debugDescription: "a point of other axes"))
    }
    var container = encoder.container(keyedBy: Axis.self)
    for (axis, text) in zip(axes, wrappedValue) {
      try container.encode(PlainValue(text), forKey: Axis(axis))
    }
  }

  package init(from decoder: any Decoder) throws {
    let axes = decoder.userInfo[.axes] as? [String] ?? []
    let container = try decoder.container(keyedBy: Axis.self)
    wrappedValue = try axes.map { try container.decode(PlainValue.self, forKey: Axis($0)).text }
  }

  private struct Axis: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }
}

extension CodingUserInfoKey {
  /// Names of the swept paths' columns, as `[String]`.
  static var axes: CodingUserInfoKey {
    guard let key = CodingUserInfoKey(rawValue: "axes") else {
      preconditionFailure("every text is a key")
    }
    return key
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
    if text.isEmpty {
      try container.encodeNil()
    } else if let integer = Int(text), "\(integer)" == text {
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
    if container.decodeNil() {
      text = ""
    } else if let integer = try? container.decode(Int.self) {
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
