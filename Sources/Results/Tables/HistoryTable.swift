package import Measurements
internal import OrderedCollections

/// `history.csv`: one row per epoch, columns in the words of Keras and of the training method; a column
/// that only some trainings have is there where a row has it.
package struct HistoryTable: Hashable, Sendable {
  package var rows: [EpochMetrics]
  package init(rows: [EpochMetrics]) { self.rows = rows }

  package var csv: CSVTable {
    // Measured in single precision; a learning rate is not measured.
    func single(_ value: Double?) -> String {
      value.map { NumberText.shortest(NumberText.rounded($0)) } ?? ""
    }
    func double(_ value: Double?) -> String { value.map(NumberText.shortest) ?? "" }
    var columns: [(name: String, text: (EpochMetrics) -> String)] = [
      ("epoch", { String($0.epoch) })
    ]
    for name in OrderedSet(rows.flatMap { $0.means.map(\.name) }) {
      columns.append((name, { row in single(row[name]) }))
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
