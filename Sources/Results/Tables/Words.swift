/// `1 row`, `2 rows`.
package func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
  let word = number == 1 ? noun : plural ?? noun + "s"
  return "\(NumberText.grouped(number)) \(word)"
}

/// `a, b and c`.
package func list(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}

/// The same for what may be very many: the first ten, and how many more there are.
func shortList(_ words: [String]) -> String {
  words.count <= 11
    ? list(words) : words.prefix(10).joined(separator: ", ") + " and \(words.count - 10) more"
}
