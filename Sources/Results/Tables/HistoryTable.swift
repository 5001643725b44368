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

  package init(
    epoch: Int, loss: Float, sparseCategoricalCrossentropy: Float,
    sparseCategoricalAccuracy: Float, scaledAdversarialLoss: Float?
  ) {
    self.epoch = epoch
    self.loss = loss
    self.sparseCategoricalCrossentropy = sparseCategoricalCrossentropy
    self.sparseCategoricalAccuracy = sparseCategoricalAccuracy
    self.scaledAdversarialLoss = scaledAdversarialLoss
  }
}

/// `history.csv`: one row per epoch, columns in Keras's and NSL's words.
package struct HistoryTable: Hashable, Sendable {
  package var rows: [HistoryRow]
  package init(rows: [HistoryRow]) { self.rows = rows }

  package var csv: CSVTable {
    CSVTable(
      columns: [
        "epoch", "loss", "sparse_categorical_crossentropy", "sparse_categorical_accuracy",
        "scaled_adversarial_loss",
      ],
      rows: rows.map { row in
        let numbers: [Float?] = [
          row.loss, row.sparseCategoricalCrossentropy, row.sparseCategoricalAccuracy,
          row.scaledAdversarialLoss,
        ]
        return [String(row.epoch)]
          + numbers.map { $0.map { NumberText.shortest(NumberText.widened($0)) } ?? "" }
      })
  }
}
