import Settings
import YAML

/// `seeds:`, a list or a count.
enum SeedsSection {
  /// More seeds than anybody means; a longer list is a mistake.
  static let maximum = 10_000
  private static let seed = SettingType<Int>.integer(0...)
  private static let count = SettingType<Int>.integer(1...maximum)

  static func decode(_ node: Node?, _ diagnostics: Diagnostics) -> [Int] {
    guard let node, !node.isNull else { return [0] }
    guard let items = node.sequence else {
      if node.mapping != nil {
        diagnostics.error(
          .wrongType, "`seeds` must be a list of integers, or a count, found a mapping",
          at: node.range)
        return [0]
      }
      if let list = listSlip(of: node), node.scalar?.text.contains(",") == true {
        mismatch(node, "seeds", count.schema, diagnostics, suggestion: list)
        return [0]
      }
      return count.decode(node, "seeds", diagnostics).map { Array(0..<$0) } ?? [0]
    }
    if items.isEmpty {
      diagnostics.error(
        .outOfRange, "`seeds` is an empty list; give at least one", at: node.range,
        suggestion: "leave it out for one seed, 0")
    }
    var places: [Int: SourceRange] = [:]
    var seeds: [Int] = []
    for (index, item) in items.enumerated() {
      guard let value = seed.decode(item, "seeds[\(index)]", diagnostics) else { continue }
      if let first = places[value] {
        diagnostics.error(
          .duplicate, "the seed \(value) appears twice", at: item.range,
          notes: [Diagnostic.Note("it is first given here", at: first)])
      } else {
        places[value] = item.range
        seeds.append(value)
      }
    }
    return seeds.isEmpty ? [0] : seeds
  }
}
