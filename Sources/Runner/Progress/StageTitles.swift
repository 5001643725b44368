/// Titles of stages below each other, cut so that the parts that differ stay.
struct StageTitles {
  private let titles: [[Substring]]

  init(_ titles: [String]) {
    self.init(titles.map { $0.split(separator: " ") })
  }

  private init(_ titles: [[Substring]]) { self.titles = titles }

  /// The widest title.
  var width: Int { titles.map { Self.width(of: $0) }.max() ?? 0 }

  // MARK: A heading

  /// The words that all have, where there are several titles that begin alike:
  /// `train adv-regularized seed=0`.
  var shared: String { sharedWords.joined(separator: " ") }

  /// What is said above titles without what they share: the shared words and the names of columns.
  /// Where `width` is too small, settings that all titles share are left out.
  func heading(_ names: String?, width: Int) -> String {
    let end = names.map { ": " + $0 } ?? ""
    let whole = shared + end
    guard whole.count > width, sharedWords.contains(where: { $0.contains("=") }) else {
      return whole
    }
    return (sharedWords.filter { !$0.contains("=") } + ["…"]).joined(separator: " ") + end
  }

  /// The titles without what they share.
  var withoutShared: StageTitles {
    let shared = Set(sharedWords)
    return StageTitles(titles.map { $0.filter { !shared.contains($0) } })
  }

  private var sharedWords: [Substring] {
    guard titles.count > 1, Set(titles.map(\.first)).count == 1 else { return [] }
    let common = titles.dropFirst().reduce(Set(titles[0])) { $0.intersection($1) }
    let shared = titles[0].filter(common.contains)
    // A word of each stays.
    let shortest = titles.map(\.count).min() ?? 0
    return shared.count < shortest ? shared : Array(shared.dropLast())
  }

  /// The titles with the values of settings alone, and the names of these, which all titles have
  /// in one order: `adv_step_size, adv_grad_norm` above `0.1 l2` and `0.2 linf`. The seed keeps
  /// its name. `nil` where titles have other settings.
  var byColumn: (names: String, values: StageTitles)? {
    guard titles.count > 1 else { return nil }
    let names = titles.map { $0.map(Self.setting) }
    guard Set(names).count == 1 else { return nil }
    let listed = names[0].compactMap(\.self)
    return listed.isEmpty
      ? nil : (listed.joined(separator: ", "), StageTitles(titles.map { $0.map(Self.value) }))
  }

  /// The name of a setting that may be left out.
  private static func setting(_ word: Substring) -> Substring? {
    guard let end = word.firstIndex(of: "="), word[..<end] != "seed" else { return nil }
    return word[..<end]
  }

  /// The word without that name.
  private static func value(_ word: Substring) -> Substring {
    setting(word).map { word.dropFirst($0.count + 1) } ?? word
  }

  // MARK: Single titles

  /// Each title in at most `width` columns. Words that all titles have go first, then the names of
  /// settings, then words from the front; the end, with the seed, stays.
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
        } else if rest.contains(where: { words[$0].flatMap(Self.setting) != nil }) {
          words = words.map { $0.map(Self.value) }
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
