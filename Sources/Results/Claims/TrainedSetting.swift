internal import Measurements
internal import Statistics

/// The rows of one setting of one model under one attack: they differ in the seed alone.
struct TrainedSetting {
  /// Without run and seed.
  let key: SettingKey
  /// Of the seeds that ended well. Settings with the same ones are the same trainings, such as those of
  /// a model that does not depend on what is swept.
  let measurements: [Int: Measurement]

  /// The mean accuracy over the seeds that ended well; `nil` without any.
  var accuracy: Double? {
    Sample(measurements.sorted { $0.key < $1.key }.map(\.value.accuracy)).mean
  }

  /// The accuracies of the seeds that both have, in the order of the seeds.
  func pairs(with other: TrainedSetting) -> (own: [Double], other: [Double]) {
    let seeds = measurements.keys.filter { other.measurements[$0] != nil }.sorted()
    return (
      seeds.compactMap { measurements[$0]?.accuracy },
      seeds.compactMap { other.measurements[$0]?.accuracy }
    )
  }
}

/// What tells a setting under an attack apart: a row's key without run and seed.
struct SettingKey: Hashable {
  var point: [String]
  var dataset: String
  var model: String
  var attack: String
  var source: String
  var norm: String
  var epsilon: Double

  init(_ key: RowKey) {
    (point, dataset, model) = (key.point, key.dataset, key.model)
    (attack, source, norm, epsilon) = (key.attack, key.source, key.norm, key.epsilon)
  }

  init(_ row: SummaryRow) {
    (point, dataset, model) = (row.point, row.dataset, row.model)
    (attack, source, norm, epsilon) = (row.attack, row.source, row.norm, row.epsilon)
  }

  /// What all settings have in common that are compared with one another: the attack with its own
  /// settings, for a stronger attack lowers every accuracy.
  ///
  /// - Parameter attackAxes: Positions of the axes that are settings of an attack.
  func block(_ attackAxes: [Int]) -> SettingKey {
    var key = self
    key.model = ""
    key.point = attackAxes.map { point[$0] }
    return key
  }
}
