import Settings
import YAML

extension Scalar {
  /// The number that a plain scalar is, fractions such as `8/255` included; `nil` for all else.
  var number: Double? {
    switch value {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    case .text(let text): style == .plain ? Scalar.fraction(text) : nil
    case .null, .boolean: nil
    }
  }

  /// `8/255`: the quotient of two numbers.
  private static func fraction(_ text: String) -> Double? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let numbers = parts.compactMap { part -> Double? in
      var part = part
      while part.first == " " { part.removeFirst() }
      while part.last == " " { part.removeLast() }
      switch Scalar(String(part)).value {
      case .integer(let integer): return Double(integer)
      case .number(let number): return number
      case .null, .boolean, .text: return nil
      }
    }
    guard numbers.count == 2, numbers[1] != 0 else { return nil }
    return numbers[0] / numbers[1]
  }
}

/// Advice for what people write who mean a number: `10%`.
func numberSlip(of node: Node) -> String? {
  guard let scalar = node.scalar, scalar.style == .plain, scalar.text.hasSuffix("%"),
    let percent = Scalar(String(scalar.text.dropLast())).number
  else { return nil }
  return "write `\((percent / 100).plainText)`"
}
