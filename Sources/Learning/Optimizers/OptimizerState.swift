/// What an optimizer remembers between updates.
package final class OptimizerState {
  let count: Int
  /// Made once: an update allocates nothing.
  let rule: any UpdateRule
  var updates = 0
  private let storage: UnsafeMutableBufferPointer<Float>

  /// The vectors of all weights.
  private let whole:
    (
      UnsafeMutableBufferPointer<Float>, UnsafeMutableBufferPointer<Float>,
      UnsafeMutableBufferPointer<Float>
    )

  init(count: Int, vectors: Int, rule: any UpdateRule) {
    self.count = count
    self.rule = rule
    let storage = UnsafeMutableBufferPointer<Float>.allocate(capacity: count * vectors)
    storage.initialize(repeating: rule.initialState)
    func part(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
      let end = storage.count
      return UnsafeMutableBufferPointer(
        rebasing: storage[min(index * count, end)..<min((index + 1) * count, end)])
    }
    self.storage = storage
    whole = (part(0), part(1), part(2))
  }

  deinit { storage.deallocate() }

  /// What is remembered of some weights.
  func vectors(_ range: Range<Int>) -> OptimizerVectors {
    func part(_ vector: UnsafeMutableBufferPointer<Float>) -> UnsafeMutableBufferPointer<Float> {
      vector.isEmpty ? vector : UnsafeMutableBufferPointer(rebasing: vector[range])
    }
    return OptimizerVectors(
      updates: updates, first: part(whole.0), second: part(whole.1), third: part(whole.2))
  }

  /// All that an optimizer remembers, as a value.
  struct Contents: Hashable, Sendable {
    /// Updates so far.
    var updates: Int
    /// The vectors, end to end.
    var values: [Float]
  }

  /// Precondition of writing: as many values as there are.
  var contents: Contents {
    get { Contents(updates: updates, values: Array(storage)) }
    set {
      precondition(newValue.values.count == storage.count, "another optimizer's state")
      updates = newValue.updates
      _ = storage.update(from: newValue.values)
    }
  }

  /// The number of all remembered numbers.
  var valueCount: Int { storage.count }
}

/// What an optimizer remembers of some weights.
struct OptimizerVectors {
  /// The updates that have begun.
  let updates: Int
  /// Momentum, mean square, or Adam's first moment: `[R]`, or empty.
  let first: UnsafeMutableBufferPointer<Float>
  /// RMSprop's momentum, or Adam's second moment: `[R]`, or empty.
  let second: UnsafeMutableBufferPointer<Float>
  /// RMSprop's mean, or AMSGrad's largest second moment: `[R]`, or empty.
  let third: UnsafeMutableBufferPointer<Float>
}
