/// What training reported at the end of one epoch; means over the epoch's batches.
package struct HistoryRow: Codable, Hashable, Sendable {
  /// From 1.
  package var epoch: Int
  /// What was minimized: the clean loss plus, where adversarial, the scaled adversarial one.
  package var loss: Float
  /// Of the clean inputs.
  package var sparseCategoricalCrossentropy: Float
  /// Of the clean inputs.
  package var sparseCategoricalAccuracy: Float
  /// Multiplier times adversarial loss; `nil` where training is not adversarial.
  package var scaledAdversarialLoss: Float?
  /// Of the epoch's last step; `nil` where there is no schedule.
  package var learningRate: Double?
  /// Of the validation examples at the epoch's end; `nil` where there are none.
  package var validationLoss: Float?
  /// The same.
  package var validationAccuracy: Float?

  package init(
    epoch: Int, loss: Float, sparseCategoricalCrossentropy: Float,
    sparseCategoricalAccuracy: Float, scaledAdversarialLoss: Float?,
    learningRate: Double? = nil, validationLoss: Float? = nil, validationAccuracy: Float? = nil
  ) {
    self.epoch = epoch
    self.loss = loss
    self.sparseCategoricalCrossentropy = sparseCategoricalCrossentropy
    self.sparseCategoricalAccuracy = sparseCategoricalAccuracy
    self.scaledAdversarialLoss = scaledAdversarialLoss
    self.learningRate = learningRate
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
  }
}

/// `history.csv`: one row per epoch, columns in Keras's and NSL's words; a column that only some
/// trainings have is there where a row has it.
package struct HistoryTable: Hashable, Sendable {
  package var rows: [HistoryRow]
  package init(rows: [HistoryRow]) { self.rows = rows }

  package var csv: CSVTable {
    func single(_ value: Float?) -> String {
      value.map { NumberText.shortest(NumberText.widened($0)) } ?? ""
    }
    func double(_ value: Double?) -> String { value.map(NumberText.shortest) ?? "" }
    var columns: [(name: String, text: (HistoryRow) -> String)] = [
      ("epoch", { String($0.epoch) }),
      ("loss", { single($0.loss) }),
      ("sparse_categorical_crossentropy", { single($0.sparseCategoricalCrossentropy) }),
      ("sparse_categorical_accuracy", { single($0.sparseCategoricalAccuracy) }),
      ("scaled_adversarial_loss", { single($0.scaledAdversarialLoss) }),
    ]
    if rows.contains(where: { $0.learningRate != nil }) {
      columns.append(("learning_rate", { double($0.learningRate) }))
    }
    if rows.contains(where: { $0.validationLoss != nil }) {
      columns.append(("val_loss", { single($0.validationLoss) }))
      columns.append(("val_sparse_categorical_accuracy", { single($0.validationAccuracy) }))
    }
    return CSVTable(
      columns: columns.map(\.name), rows: rows.map { row in columns.map { $0.text(row) } })
  }
}
