/// A scalar as it stands in the text: its characters, how they were quoted, and its tag.
package struct Scalar: Sendable, Hashable {
  package enum Style: Sendable, Hashable {
    case plain
    case singleQuoted
    case doubleQuoted
    case literal
    case folded
  }

  /// With quotes, escapes and folding undone.
  package let text: String
  package let style: Style
  /// The whole tag, `tag:yaml.org,2002:int`; `nil` where there is none.
  package var tag: String? {
    didSet { value = Scalar.resolve(text, style, tag) }
  }
  /// The meaning by YAML 1.2's core schema: only plain scalars are anything but text, unless a tag
  /// says otherwise. `no` and `on` are text, `1e-3` is a number, `0o17` an integer.
  ///
  /// Kept, because a sweep reads the same scalar once per point.
  ///
  /// - Source: YAML 1.2.2, section 10.3.2.
  package private(set) var value: ScalarValue

  package init(_ text: String, style: Style = .plain, tag: String? = nil) {
    self.text = text
    self.style = style
    self.tag = tag
    value = Scalar.resolve(text, style, tag)
  }

  package static func == (a: Scalar, b: Scalar) -> Bool {
    a.text == b.text && a.style == b.style && a.tag == b.tag
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(text)
    hasher.combine(style)
    hasher.combine(tag)
  }

  /// The text cut to what fits in a message.
  package var excerpt: String {
    text.count <= 40 ? text : String(text.prefix(39)) + "…"
  }
}

/// What a scalar means in YAML 1.2's core schema.
package enum ScalarValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// Also an integer that is too large for `Int`.
  case number(Double)
  case text(String)
}

extension Scalar {
  /// The tags of the core schema's scalars, which may be written out: `!!str 1`.
  package static let coreTags = ["str", "int", "float", "bool", "null"].map {
    "tag:yaml.org,2002:" + $0
  }

  private static func resolve(_ text: String, _ style: Style, _ tag: String?) -> ScalarValue {
    switch tag {
    case nil: style == .plain ? CoreSchema.resolve(text) : .text(text)
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
      CoreSchema.resolve(text)
    case "tag:yaml.org,2002:float":
      if case .integer(let integer) = CoreSchema.resolve(text) {
        .number(Double(integer))
      } else {
        CoreSchema.resolve(text)
      }
    default: .text(text)
    }
  }
}

/// Tag resolution of YAML 1.2's core schema, over ASCII bytes.
enum CoreSchema {
  static func resolve(_ text: String) -> ScalarValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
    default: break
    }
    let bytes = Array(text.utf8)
    if bytes.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "o")]) {
      return digits(text, radix: 8) ?? .text(text)
    }
    if bytes.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "x")]) {
      return digits(text, radix: 16) ?? .text(text)
    }
    switch form(of: bytes) {
    case .integer:
      if let integer = Int(text) { return .integer(integer) }
      return .number(Double(text) ?? .infinity)
    case .number: return Double(text).map(ScalarValue.number) ?? .text(text)
    case nil: return .text(text)
    }
  }

  /// `0o17`, `0x1F`: no sign, and at least one digit.
  private static func digits(_ text: String, radix: Int) -> ScalarValue? {
    let body = text.dropFirst(2)
    guard !body.isEmpty, body.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
    if let integer = Int(body, radix: radix) { return .integer(integer) }
    var number = 0.0
    for digit in body {
      guard let value = digit.hexDigitValue, value < radix else { return nil }
      number = number * Double(radix) + Double(value)
    }
    return .number(number)
  }

  private enum Form { case integer, number }

  /// `[-+]?[0-9]+` or `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
  private static func form(of bytes: [UInt8]) -> Form? {
    var index = 0
    func skipDigits() -> Int {
      let start = index
      while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
      return index - start
    }
    func skip(_ choices: UInt8...) -> Bool {
      guard index < bytes.count, choices.contains(bytes[index]) else { return false }
      index += 1
      return true
    }
    let (plus, minus, dot) = (UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."))
    _ = skip(plus, minus)
    let whole = skipDigits()
    if whole > 0, index == bytes.count { return .integer }
    if skip(dot) {
      let fraction = skipDigits()
      if whole == 0, fraction == 0 { return nil }
    } else if whole == 0 {
      return nil
    }
    if skip(UInt8(ascii: "e"), UInt8(ascii: "E")) {
      _ = skip(plus, minus)
      if skipDigits() == 0 { return nil }
    }
    return index == bytes.count ? .number : nil
  }
}
