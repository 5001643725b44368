internal import OrderedCollections

/// What training reported at the end of one epoch.
package struct HistoryRow: Codable, Hashable, Sendable {
  /// The mean of one of the training method's numbers over the epoch.
  package struct Mean: Codable, Hashable, Sendable {
    /// The column.
    package var name: String
    /// `nil` where the column stays empty.
    package var value: Float?

    package init(_ name: String, _ value: Float?) {
      self.name = name
      self.value = value
    }
  }

  /// From 1.
  package var epoch: Int
  /// In the order of the columns.
  package var means: [Mean]
  /// Of the epoch's last step; `nil` where there is no schedule.
  package var learningRate: Double?
  /// Of the validation examples at the epoch's end; `nil` where there are none.
  package var validationLoss: Float?
  /// The same.
  package var validationAccuracy: Float?

  package init(
    epoch: Int, means: [Mean], learningRate: Double? = nil, validationLoss: Float? = nil,
    validationAccuracy: Float? = nil
  ) {
    self.epoch = epoch
    self.means = means
    self.learningRate = learningRate
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
  }
}

/// `history.csv`: one row per epoch, columns in the words of Keras and of the training method; a column
/// that only some trainings have is there where a row has it.
package struct HistoryTable: Hashable, Sendable {
  package var rows: [HistoryRow]
  package init(rows: [HistoryRow]) { self.rows = rows }

  package var csv: CSVTable {
    func single(_ value: Float?) -> String {
      value.map { NumberText.shortest(NumberText.widened($0)) } ?? ""
    }
    func double(_ value: Double?) -> String { value.map(NumberText.shortest) ?? "" }
    var columns: [(name: String, text: (HistoryRow) -> String)] = [("epoch", { String($0.epoch) })]
    for name in OrderedSet(rows.flatMap { $0.means.map(\.name) }) {
      columns.append((name, { row in single(row.means.first { $0.name == name }?.value) }))
    }
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
