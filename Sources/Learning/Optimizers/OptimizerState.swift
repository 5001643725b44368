/// What an optimizer remembers between updates.
package final class OptimizerState {
  let count: Int
  /// Made once: an update allocates nothing.
  let rule: any UpdateRule
  var updates = 0
  private let storage: UnsafeMutableBufferPointer<Float>

  /// Momentum, mean square, or Adam's first moment: `[P]`, or empty.
  let first: UnsafeMutableBufferPointer<Float>
  /// RMSprop's momentum, or Adam's second moment: `[P]`, or empty.
  let second: UnsafeMutableBufferPointer<Float>
  /// RMSprop's mean, or AMSGrad's largest second moment: `[P]`, or empty.
  let third: UnsafeMutableBufferPointer<Float>

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
    (first, second, third) = (part(0), part(1), part(2))
  }

  deinit { storage.deallocate() }

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
