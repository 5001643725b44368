import Engine

/// The order in which one epoch visits the examples: a pure function of (seed, epoch).
package struct ShuffledOrder: Sendable {
  /// Each of `0..<count` once.
  package let indices: [Int]

  /// Shuffles after Fisher and Yates.
  ///
  /// - Parameters:
  ///   - count: The number of examples.
  ///   - seed: The run's seed.
  ///   - epoch: From 0.
  package init(count: Int, seed: Int, epoch: Int) {
    var random = RandomStream(seed: seed, purpose: .shuffle, epoch: epoch)
    var indices = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      indices.swapAt(last, random.integer(below: last + 1))
    }
    self.indices = indices
  }

  /// The number of batches of `size`, the last of which may be smaller.
  package func batchCount(size: Int) -> Int { (indices.count + size - 1) / size }

  /// The examples of one batch, at most `size` of them.
  package func batch(_ number: Int, size: Int) -> ArraySlice<Int> {
    indices[number * size..<min((number + 1) * size, indices.count)]
  }
}
