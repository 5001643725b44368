/// The dictionary in an NPY file's header: a Python literal with the keys `descr`,
/// `fortran_order` and `shape`.
struct NPYHeader {
  /// `nil` for a structured array's list.
  var description: String?
  var isFortranOrder = false
  var shape: [Int] = []

  private var rest: ArraySlice<UInt8>

  init(_ text: ArraySlice<UInt8>) { rest = text }

  /// Reads the whole text; `nil` where it is anything else.
  mutating func read() -> NPYHeader? {
    guard take("{") else { return nil }
    var missing: Set = ["descr", "fortran_order", "shape"]
    while !take("}") {
      guard let key = text(), missing.remove(key) != nil, take(":") else { return nil }
      switch key {
      case "descr":
        if let text = text() { description = text } else if !skipList() { return nil }
      case "fortran_order":
        if take("True") { isFortranOrder = true } else if !take("False") { return nil }
      default:
        guard let numbers = tuple() else { return nil }
        shape = numbers
      }
      guard take(",") || peek() == UInt8(ascii: "}") else { return nil }
    }
    return missing.isEmpty && peek() == nil ? self : nil
  }

  private mutating func peek() -> UInt8? {
    // Spaces and a line break fill the header up.
    rest = rest.drop { $0 == 0x20 || $0 == 0x0A }
    return rest.first
  }

  private mutating func take(_ word: String) -> Bool {
    _ = peek()
    guard rest.starts(with: word.utf8) else { return false }
    rest = rest.dropFirst(word.utf8.count)
    return true
  }

  private mutating func text() -> String? {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = rest.dropFirst().firstIndex(of: quote)
    else { return nil }
    let text = rest[(rest.startIndex + 1)..<end]
    guard text.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
    rest = rest[(end + 1)...]
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether a list follows, of whatever: it is skipped to its end.
  private mutating func skipList() -> Bool {
    guard peek() == UInt8(ascii: "[") else { return false }
    var depth = 0
    while let letter = rest.first {
      rest = rest.dropFirst()
      if letter == UInt8(ascii: "[") { depth += 1 }
      if letter == UInt8(ascii: "]") { depth -= 1 }
      if depth == 0 { return true }
    }
    return false
  }

  private mutating func tuple() -> [Int]? {
    guard take("(") else { return nil }
    var numbers: [Int] = []
    while !take(")") {
      _ = peek()
      let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
      guard numbers.count < 32, let number = Int(String(decoding: digits, as: UTF8.self)) else {
        return nil
      }
      rest = rest.dropFirst(digits.count)
      // Python 2 wrote long integers with this letter.
      _ = take("L")
      numbers.append(number)
      guard take(",") || peek() == UInt8(ascii: ")") else { return nil }
    }
    return numbers
  }
}
