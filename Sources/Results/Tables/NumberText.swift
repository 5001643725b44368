/// Numbers as tables hold them and as people read them.
package enum NumberText {
  /// The shortest text that reads back as the same number; whole numbers without `.0`.
  ///
  /// Not-a-number and the infinities are `nan`, `inf` and `-inf`; negative zero is `0`.
  package static func shortest(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return "0" }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// The number whose shortest text is that of `value`: 0.2 for the `Float` 0.2, not
  /// 0.20000000298.
  ///
  /// Metrics are measured in single precision; so widened, tables hold no digits that mean nothing
  /// and whatever is calculated from them can be calculated again from the written table.
  package static func widened(_ value: Float) -> Double {
    Double(value.description) ?? Double(value)
  }

  /// `value` in single precision, ``widened(_:)``.
  static func rounded(_ value: Double) -> Double { widened(Float(value)) }

  /// `value` rounded to `digits` significant digits, half away from zero, without trailing zeros;
  /// below 0.0001 and with more than `largest` digits before the point in scientific notation.
  package static func significant(
    _ value: Double, digits: Int, largest: Int = 15
  ) -> String {
    guard value.isFinite, value != 0 else { return shortest(value) }
    var decimal = Decimal(value)
    decimal.keep(digits)
    guard (-3...largest).contains(decimal.point) else { return decimal.scientificText }
    return decimal.text(decimals: max(0, decimal.digits.count - decimal.point))
  }

  /// Whether a text is a finite number in plain digits (`-0.5`), which is seen without reading it.
  /// Other texts may be numbers, too.
  static func isPlain(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]
      // A number of more digits may be infinite.
      guard (1...300).contains(digits.count) else { return false }
      var points = 0
      for byte in digits where !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        guard byte == UInt8(ascii: ".") else { return false }
        points += 1
      }
      return points == 0
        || points == 1 && digits.first != UInt8(ascii: ".") && digits.last != UInt8(ascii: ".")
    }
  }

  /// Two numbers, however a program wrote them, in one notation: the shortest, and with equally many
  /// digits after the point where these are few (`1.00` and `0.98`). What is not a number stays as it
  /// is.
  static func alike(_ first: String, _ second: String) -> (String, String) {
    guard let a = Double(first), let b = Double(second) else { return (first, second) }
    let texts = (shortest(a), shortest(b))
    func decimals(_ text: String) -> Int? {
      // Letters, as of an exponent, come after all digits and the point.
      if text.utf8.contains(where: { $0 > UInt8(ascii: "9") }) { return nil }
      let point = text.utf8.firstIndex(of: UInt8(ascii: "."))
      return point.map { text.utf8[$0...].count - 1 } ?? 0
    }
    guard let one = decimals(texts.0), let other = decimals(texts.1) else { return texts }
    let most = max(one, other)
    guard most <= 6 else { return texts }
    return (fixed(a, decimals: most), fixed(b, decimals: most))
  }

  /// The number whose text is `significant(value, digits: 12)`: without the noise that calculating
  /// leaves in the last digits.
  static func withoutNoise(_ value: Double) -> Double {
    Double(significant(value, digits: 12)) ?? value
  }

  /// `value` rounded to exactly `decimals` digits after the point, half away from zero.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return shortest(value) }
    var decimal = Decimal(value)
    decimal.keep(decimal.point + decimals)
    return decimal.text(decimals: decimals)
  }

  /// `count` with its thousands separated by commas.
  package static func grouped(_ count: Int) -> String {
    let digits = Array(String(count.magnitude))
    var text = count < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// The shortest decimal digits of a finite number: 0.d₁d₂… times ten to the power of `point`.
  private struct Decimal {
    var isNegative: Bool
    /// No leading and no trailing zeros; empty for zero.
    var digits: [Int]
    var point: Int

    init(_ value: Double) {
      isNegative = value < 0
      let text = value.magnitude.description
      let mantissa = text.utf8.prefix { $0 != UInt8(ascii: "e") }
      digits = mantissa.compactMap { $0 == UInt8(ascii: ".") ? nil : Int($0 - UInt8(ascii: "0")) }
      point = mantissa.prefix { $0 != UInt8(ascii: ".") }.count
      if mantissa.count < text.utf8.count {
        point += Int(text[mantissa.endIndex...].dropFirst()) ?? 0
      }
      trim()
    }

    private mutating func trim() {
      while digits.last == 0 { digits.removeLast() }
      while digits.first == 0 {
        digits.removeFirst()
        point -= 1
      }
      if digits.isEmpty { point = 0 }
    }

    /// Rounds to the first `count` digits.
    mutating func keep(_ count: Int) {
      guard count < digits.count else { return }
      guard count >= 0 else {
        digits = []
        return trim()
      }
      let roundsUp = digits[count] >= 5
      digits.removeSubrange(count...)
      if roundsUp {
        var index = count - 1
        while index >= 0, digits[index] == 9 {
          digits[index] = 0
          index -= 1
        }
        if index >= 0 {
          digits[index] += 1
        } else {
          digits.insert(1, at: 0)
          point += 1
        }
      }
      trim()
    }

    var scientificText: String {
      let fraction = digits.dropFirst().map(String.init).joined()
      let exponent = point - 1
      return (isNegative ? "-" : "") + "\(digits[0])" + (fraction.isEmpty ? "" : "." + fraction)
        + "e" + (exponent < 0 ? "-" : "+") + (abs(exponent) < 10 ? "0" : "") + "\(abs(exponent))"
    }

    func text(decimals: Int) -> String {
      let digit = { (index: Int) in digits.indices.contains(index) ? digits[index] : 0 }
      var text = isNegative && !digits.isEmpty ? "-" : ""
      text += point > 0 ? (0..<point).map { String(digit($0)) }.joined() : "0"
      if decimals > 0 {
        text += "." + (0..<decimals).map { String(digit(point + $0)) }.joined()
      }
      return text
    }
  }
}
