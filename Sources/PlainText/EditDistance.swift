/// The fewest insertions, deletions, replacements and swaps of neighbors that turn `a` into `b`
/// (optimal string alignment).
///
/// - Complexity: O(`a.count` x `b.count`).
package func editDistance(_ a: some StringProtocol, _ b: some StringProtocol) -> Int {
  let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in 1...a.count {
    var row = [i]
    row.reserveCapacity(b.count + 1)
    for j in 1...b.count {
      var best = min(
        row[j - 1] + 1, previous[j] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        best = min(best, beforePrevious[j - 2] + 1)
      }
      row.append(best)
    }
    (beforePrevious, previous) = (previous, row)
  }
  return previous[b.count]
}

/// The candidate that `word` was most likely meant to be, or `nil` where none is near.
package func closest(to word: String, among candidates: some Sequence<String>) -> String? {
  closestMatch(to: word, among: candidates)?.candidate
}

/// The candidate nearest to `word` with its distance, or `nil` where none is near.
///
/// Case, `-`, `_` and spaces do not count. A word that another begins or ends with is at distance
/// 1 from it; of those, what it begins is nearer: `eps` is `epsilon`, not `steps`.
package func closestMatch(
  to word: String, among candidates: some Sequence<String>
) -> (candidate: String, distance: Int)? {
  func normal(_ text: String) -> String {
    text.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }
  }
  let target = normal(word)
  // A page of text is no typo, and one letter is too little to tell.
  guard (2...80).contains(target.unicodeScalars.count) else { return nil }
  var best: (candidate: String, distance: Int, isEnding: Int, edits: Int)?
  for candidate in candidates {
    let other = normal(candidate)
    let edits = editDistance(target, other)
    var distance = edits
    let shorter = min(target.count, other.count)
    let isAffix =
      other.hasPrefix(target) || other.hasSuffix(target) || target.hasPrefix(other)
      || target.hasSuffix(other)
    if distance > 1, shorter >= 3, isAffix { distance = 1 }
    let allowed = max(1, max(target.count, other.count) / 3)
    guard distance <= allowed else { continue }
    let isEnding = edits > 1 && !other.hasPrefix(target) ? 1 : 0
    if let best, (best.distance, best.isEnding, best.edits) <= (distance, isEnding, edits) {
      continue
    }
    best = (candidate, distance, isEnding, edits)
  }
  return best.map { ($0.candidate, $0.distance) }
}
