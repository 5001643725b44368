internal import Measurements

/// One of the experiments that are shown side by side.
package struct ComparedExperiment: Sendable {
  /// What texts call it; no two of a comparison have the same name.
  package var name: String
  package var table: ResultTable
  /// The whole paths of the table's axes, by their columns, as far as they are known.
  package var paths: [String: String] = [:]
  /// The settings of all its runs; `nil` where only its table is known.
  package var settings: [SettingValues]?
  /// How its attacks are made; none where that is not known.
  package var attacks: [AttackIdentity: AttackDetails] = [:]
  package var origin: TableOrigin?
  /// What is to be said before its numbers are read, a sentence each without a full stop: that its
  /// last run was interrupted, say.
  package var remarks: [String] = []

  package init(name: String, table: ResultTable) {
    self.name = name
    self.table = table
  }

  /// In ascending order.
  var seeds: [Int] { Set(table.rows.map(\.key.seed)).sorted() }
}

/// A setting and the values that it has in an experiment's runs.
package struct SettingValues: Hashable, Sendable {
  /// As specs have it: `hparams.learning_rate`.
  package var path: String
  /// Each once, in the order of the runs; as specs have them.
  package var values: [String]

  package init(path: String, values: [String]) {
    self.path = path
    self.values = values
  }
}

/// What names an attack in the tables.
package struct AttackIdentity: Hashable, Sendable {
  /// Of an attack its label; of a corruption with its severity.
  package var name: String
  package var source: String
  package var norm: String
  package var epsilon: Double

  package init(name: String, source: String, norm: String, epsilon: Double) {
    self.name = name
    self.source = source
    self.norm = norm
    self.epsilon = epsilon
  }

  init(_ key: RowKey) {
    self.init(
      name: key.ensemble ?? key.attack, source: key.source, norm: key.norm, epsilon: key.epsilon)
  }
}

/// The settings of an attack by their names, with all values that they have in an experiment.
package typealias AttackDetails = [String: Set<String>]
