/// What the cells of a row's key mean, however a program wrote them: a table that went through
/// pandas has `1.0` for `1`, `True` for `true` and `inf` for `infinity`.
enum KeyText {
  /// Columns that hold names, which are what they are.
  static let names: Set<String> = ["dataset", "model", "attack", "source"]

  /// The cell in the form in which keys are compared.
  static func normalized(_ text: String, column: String) -> String {
    if names.contains(column) || text.isEmpty { return text }
    if column.hasSuffix("norm") { return norm(text) }
    if let whole = wholeNumber(text) { return String(whole) }
    // More digits than these tell nothing apart, and programs read them differently.
    if let number = Double(text), number.isFinite {
      return NumberText.significant(number, digits: 12)
    }
    switch text {
    case "True", "TRUE": return "true"
    case "False", "FALSE": return "false"
    default: return text
    }
  }

  /// One word for each norm. Tables had `infinity` before `linf`; read as a number it is `inf`.
  static func norm(_ text: String) -> String {
    switch text.lowercased() {
    case "infinity", "inf", "linf": "linf"
    case "l2": "l2"
    case "l1": "l1"
    default: text
    }
  }

  /// `3`, or `3.0` where a column with gaps has become one of numbers with a point.
  static func wholeNumber(_ text: String) -> Int? {
    Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }
}
