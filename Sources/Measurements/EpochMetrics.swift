/// An epoch's numbers: the same from training to the row of `history.csv`.
package struct EpochMetrics: Codable, Hashable, Sendable {
  /// A running mean over the epoch's steps, as Keras prints it: of each step's numbers before its
  /// update.
  package struct Mean: Codable, Hashable, Sendable {
    /// The column.
    package var name: String
    /// `nil` where the training method has no such number.
    package var value: Double?

    package init(_ name: String, _ value: Double?) {
      self.name = name
      self.value = value
    }
  }

  /// From 1.
  package var epoch: Int
  /// What the training objective reports, in its order.
  package var means: [Mean]
  /// Of the epoch's last step; `nil` where there is no schedule.
  package var learningRate: Double?
  /// Mean cross-entropy of the validation examples at the epoch's end, clean and without label
  /// smoothing; `nil` where there are none.
  package var validationLoss: Double?
  /// In `0...1`; `nil` where there are no validation examples.
  package var validationAccuracy: Double?

  package init(epoch: Int, means: [Mean]) {
    self.epoch = epoch
    self.means = means
  }

  /// The mean of that name; `nil` where the objective reports none.
  package subscript(name: String) -> Double? { means.first { $0.name == name }?.value }
}
