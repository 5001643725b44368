/// Titles of stages below each other, cut so that the parts that differ stay.
struct StageTitles {
  private let titles: [[Substring]]

  init(_ titles: [String]) {
    self.titles = titles.map { $0.split(separator: " ") }
  }

  /// The widest title.
  var width: Int { titles.map { Self.width(of: $0) }.max() ?? 0 }

  /// The words that all begin with, where there are several titles: `train adv-regularized`.
  var shared: String {
    guard titles.count > 1 else { return "" }
    let shortest = titles.map(\.count).min() ?? 0
    // A word of each stays.
    let count = (0..<max(0, shortest - 1)).prefix { place in
      titles.allSatisfy { $0[place] == titles[0][place] }
    }.count
    return titles[0].prefix(count).joined(separator: " ")
  }

  /// The titles without what they share in front.
  var withoutShared: StageTitles {
    let count = shared.split(separator: " ").count
    return StageTitles(titles.map { $0.dropFirst(count).joined(separator: " ") })
  }

  /// Each title in at most `width` columns. Words that all titles have go first, then names of
  /// settings before their values, then words from the front; the end, with the seed, stays.
  func texts(width: Int) -> [String] {
    let common = titles.dropFirst().reduce(Set(titles.first ?? [])) { $0.intersection($1) }
    let redundant = titles.count > 1 ? common : []
    return titles.map { words in
      var words: [Substring?] = words
      var text = Self.text(of: words)
      while text.count > width {
        let rest = words.indices.filter { words[$0] != nil }
        guard let first = rest.first else { break }
        if let place = rest.first(where: { words[$0].map(redundant.contains) ?? false }) {
          words[place] = nil
        } else if let place = rest.first(where: { words[$0]?.contains("=") ?? false }) {
          words[place] = words[place]?.split(separator: "=", maxSplits: 1).last
        } else if rest.count > 1 {
          words[first] = nil
        } else {
          break
        }
        text = Self.text(of: words)
      }
      return text.count <= width ? text : "…" + text.suffix(max(0, width - 1))
    }
  }

  /// One `…` for words beside each other that are left out.
  private static func text(of words: [Substring?]) -> String {
    var parts: [Substring] = []
    for word in words where word != nil || parts.last != "…" { parts.append(word ?? "…") }
    return parts.joined(separator: " ")
  }

  private static func width(of words: [Substring]) -> Int {
    words.reduce(max(0, words.count - 1)) { $0 + $1.count }
  }
}
