/// `1 row`, `2 rows`.
func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
  let word = number == 1 ? noun : plural ?? noun + "s"
  return "\(NumberText.grouped(number)) \(word)"
}

/// `a, b and c`.
func list(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}
