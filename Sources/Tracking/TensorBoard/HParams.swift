internal import FoundationEssentials
internal import SwiftProtobuf

/// What TensorBoard's HParams page shows of an experiment: swept settings and the model as
/// hyperparameters, the accuracy under each attack as metrics. Trainings that differ in their seed
/// alone are one group: the page has a row of their means.
struct HParams {
  private let experiment: TrackedExperiment
  /// The columns: those of the axes, and the model's.
  private let columns: [Column]

  /// A hyperparameter and its type, which all of its values have.
  private struct Column {
    var name: String
    var type: TensorBoardDataType
    var values: [TrackedValue]

    init(_ name: String, _ values: [TrackedValue?]) {
      self.name = name
      var known: Set<TrackedValue> = []
      self.values = values.compactMap(\.self).filter { known.insert($0).inserted }
      type =
        if self.values.allSatisfy({ if case .number = $0 { true } else { false } }) {
          .float64
        } else if self.values.allSatisfy({ if case .boolean = $0 { true } else { false } }) {
          .bool
        } else {
          .string
        }
    }

    func value(_ value: TrackedValue) -> Google_Protobuf_Value {
      switch (type, value) {
      case (.float64, .number(let number, _)): .init(numberValue: number)
      case (.bool, .boolean(let value)): .init(boolValue: value)
      default: .init(stringValue: value.text)
      }
    }
  }

  init(_ experiment: TrackedExperiment) {
    self.experiment = experiment
    columns =
      experiment.axes.indices.map { axis in
        Column(experiment.axes[axis], experiment.trainings.map { $0.point[axis] })
      } + [Column("model", experiment.trainings.map { .text($0.model) })]
  }

  /// What all files say of the experiment: TensorBoard takes it from any of them.
  var experimentValue: TensorBoardSummary.Value {
    var content = TensorBoardExperiment()
    content.name = experiment.name
    content.description_p = experiment.description ?? ""
    content.hparamInfos = columns.filter { !$0.values.isEmpty }.map(info)
    content.metricInfos = experiment.evaluationNames.map { name in
      var metric = TensorBoardMetricInfo()
      metric.name.tag = "accuracy/\(name)"
      metric.displayName = name
      return metric
    }
    return Self.value("experiment", .experiment(content))
  }

  private func info(_ column: Column) -> TensorBoardHParamInfo {
    var info = TensorBoardHParamInfo()
    info.name = column.name
    info.type = column.type
    info.differs = column.values.count > 1
    let numbers = column.values.compactMap {
      if case .number(let number, _) = $0 { number } else { nil }
    }
    if column.type == .float64, let least = numbers.min(), let most = numbers.max() {
      info.domainInterval.minValue = least
      info.domainInterval.maxValue = most
    } else {
      info.domainDiscrete = .init(values: column.values.map(column.value))
    }
    return info
  }

  func start(of training: TrackedTraining) -> TensorBoardSummary.Value {
    var start = TensorBoardSessionStartInfo()
    var group: [String] = []
    for (column, value) in zip(columns, training.point + [.text(training.model)]) {
      guard let value else { continue }
      start.hparams[column.name] = column.value(value)
      group.append("\(column.name)=\(value.text)")
    }
    start.groupName = group.joined(separator: ", ")
    return Self.value("session_start_info", .sessionStartInfo(start))
  }

  func end(of training: TrackedTraining) -> TensorBoardSummary.Value {
    var end = TensorBoardSessionEndInfo()
    end.status =
      switch training.ending {
      case .finished: .success
      case .failed: .failure
      case .stopped: .unknown
      }
    end.endTimeSecs = Double(training.lastEpoch)
    return Self.value("session_end_info", .sessionEndInfo(end))
  }

  /// The plugin's data are what a value says of itself; it has none beside.
  private static func value(
    _ name: String, _ data: TensorBoardHParamsPluginData.OneOf_Data
  ) -> TensorBoardSummary.Value {
    var content = TensorBoardHParamsPluginData()
    content.data = data
    var value = TensorBoardSummary.Value()
    value.tag = "_hparams_/\(name)"
    value.metadata.pluginData.pluginName = "hparams"
    value.metadata.pluginData.content = Data(EventRecord.serialized(content))
    return value
  }
}
