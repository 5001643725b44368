import Settings

/// The points of a sweep, in the order in which they are run.
///
/// A sweep may have very many, of which most share most of their settings. So every different
/// section is kept once, a point says which it has, and a `SpecPoint` is made when it is asked for.
package struct SpecPoints: RandomAccessCollection, Sendable {
  /// A model as positions in the tables of sections.
  struct Model: Hashable, Sendable {
    var name: UInt32
    var architecture: UInt32
    var training: UInt32
    var adversarial: UInt32
  }

  /// A point as positions in the tables.
  struct Record: Hashable, Sendable {
    var dataset: UInt32
    var evaluation: UInt32
    /// Positions in `models`.
    var models: [UInt32]
  }

  /// Different sections, each once.
  struct Tables: Sendable {
    var names = Interned<String>()
    var datasets = Interned<DatasetSettings>()
    var architectures = Interned<ArchitectureSettings>()
    var trainings = Interned<TrainingSettings>()
    var adversarials = Interned<TrainingMethod>()
    var evaluations = Interned<EvaluationSettings>()
    var models = Interned<Model>()
  }

  let tables: Tables
  let records: Interned<Record>
  /// By axis, the values that its column shows.
  let shown: [[AxisValue]]
  /// By point and axis, positions in `shown`; the last axis fastest.
  let values: [UInt32]

  package var startIndex: Int { 0 }
  package var endIndex: Int { records.values.count }

  package subscript(index: Int) -> SpecPoint {
    SpecPoint(values: values(at: index), settings: tables.settings(records.values[index]))
  }

  /// One value per axis.
  func values(at index: Int) -> [AxisValue] {
    shown.indices.map { shown[$0][Int(values[index * shown.count + $0])] }
  }
}

extension SpecPoints.Tables {
  /// The settings of a point.
  func settings(_ record: SpecPoints.Record) -> RunSettings {
    RunSettings(
      dataset: datasets.values[Int(record.dataset)],
      models: record.models.map { model(Int($0)) },
      evaluation: evaluations.values[Int(record.evaluation)])
  }

  /// The name of the model at a position of the table.
  func name(of model: Int) -> String { names.values[Int(models.values[model].name)] }

  /// The model at a position of the table.
  func model(_ position: Int) -> ModelSettings {
    let model = models.values[position]
    return ModelSettings(
      name: names.values[Int(model.name)],
      architecture: architectures.values[Int(model.architecture)],
      training: trainings.values[Int(model.training)],
      adversarial: adversarials.values[Int(model.adversarial)])
  }
}

extension SpecPoints: Hashable {
  package static func == (a: SpecPoints, b: SpecPoints) -> Bool { a.elementsEqual(b) }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    if let first { hasher.combine(first) }
  }
}
