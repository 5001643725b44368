import Settings

/// Counts through all combinations of digits below the given bounds, the last fastest.
struct Odometer: Sequence, IteratorProtocol {
  private let bounds: [Int]
  private var digits: [Int]?

  init(_ bounds: [Int]) {
    self.bounds = bounds
    digits = bounds.contains(0) ? nil : bounds.map { _ in 0 }
  }

  mutating func next() -> [Int]? {
    guard let current = digits else { return nil }
    var following = current
    var position = bounds.count - 1
    while position >= 0 {
      following[position] += 1
      if following[position] < bounds[position] { break }
      following[position] = 0
      position -= 1
    }
    digits = position < 0 ? nil : following
    return current
  }
}
