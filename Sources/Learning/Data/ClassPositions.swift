/// Where each class first stands in a list of labels: enough to say, without the labels, which
/// classes the first of the examples lack.
package struct ClassPositions: Hashable, Sendable {
  /// The number of labels.
  package let count: Int
  /// By class, the position of its first label; `nil` for a class without any.
  package let firsts: [Int?]

  init(_ labels: some Sequence<UInt8>) {
    var firsts = [Int?](repeating: nil, count: 256)
    var count = 0
    for label in labels {
      if firsts[Int(label)] == nil { firsts[Int(label)] = count }
      count += 1
    }
    while firsts.last == .some(nil) { firsts.removeLast() }
    (self.count, self.firsts) = (count, firsts)
  }

  /// The largest label; 0 where there is none.
  var largest: Int { max(0, firsts.count - 1) }

  /// Classes whose first example is in a part of the list.
  func beginning(in range: Range<Int>) -> [Int] {
    firsts.indices.filter { firsts[$0].map(range.contains) ?? false }
  }

  /// Why class 0 has no example: the labels count from 1.
  package var warning: String? {
    guard firsts.count > 1, firsts[0] == nil else { return nil }
    let least = firsts.firstIndex { $0 != nil } ?? 0
    return
      "the training labels are \(least)...\(largest): they count as \(firsts.count) classes, and"
      + " class 0 has no example"
  }
}

// MARK: Notes

extension ClassPositions {
  private static let start = "first:"

  /// One word that tells all but the count.
  var word: String {
    ClassPositions.start + firsts.map { $0.map(String.init) ?? "-" }.joined(separator: ",")
  }

  init?(word: String, count: Int) {
    guard word.hasPrefix(ClassPositions.start) else { return nil }
    let parts = word.dropFirst(ClassPositions.start.count).split(separator: ",")
    var firsts: [Int?] = []
    for part in parts {
      let position = Int(part)
      guard part == "-" || position.map((0..<count).contains) == true else { return nil }
      firsts.append(position)
    }
    guard firsts.count <= 256, firsts.isEmpty == (count == 0), firsts.last != .some(nil) else {
      return nil
    }
    (self.count, self.firsts) = (count, firsts)
  }
}
