/// The folder of one run of MLflow: parameters, metrics with their history, tags, artifacts.
struct MLflowRun {
  private let training: TrackedTraining
  private let axes: [String]
  private let experiment: String

  init(_ training: TrackedTraining, axes: [String], experiment: String) {
    self.training = training
    self.axes = axes
    self.experiment = experiment
  }

  func files(_ put: (TrackedFile) throws -> Void) rethrows {
    let files = parameters + metrics + tags + artifacts + [meta]
    for file in files { try put(TrackedFile("\(training.identifier)/\(file.path)", file.parts)) }
  }

  private var parameters: [TrackedFile] {
    var entries = MLflowEntries("params")
    var known: Set<String> = []
    let swept = zip(axes, training.point).map { TrackedSetting($0, $1?.text ?? "") }
    let named = [
      TrackedSetting("model", training.model), TrackedSetting("seed", "\(training.seed)"),
    ]
    for setting in swept + named + training.settings where known.insert(setting.name).inserted {
      entries.add(setting.name, setting.value)
    }
    return entries.files
  }

  private var metrics: [TrackedFile] {
    var entries = MLflowEntries("metrics")
    for curve in training.curves { entries.add("training/\(curve.name)", points: curve.points) }
    let last = training.lastEpoch
    for metric in training.evaluations.flatMap(\.metrics) {
      entries.add(metric.name, points: [.init(epoch: last, value: metric.value)])
    }
    return entries.files
  }

  private var name: String { "\(training.run)/\(training.model)" }

  private var tags: [TrackedFile] {
    var entries = MLflowEntries("tags")
    entries.add("mlflow.runName", name)
    entries.add("mlflow.source.name", "nsl-run")
    entries.add("mlflow.source.type", "LOCAL")
    entries.add("nsl-run.folder", "runs/\(training.run)")
    entries.add("nsl-run.run", training.run)
    entries.add("nsl-run.status", training.status)
    return entries.files
  }

  private var artifacts: [TrackedFile] {
    var names = PlainNames()
    let tables = training.tables.map { ($0.name, $0) }
    let pictures = training.pictures.map { ("images/\($0.name).png", $0) }
    return (tables + pictures).map { name, artifact in
      TrackedFile("artifacts/\(names.name(name))", [.made(artifact)])
    }
  }

  /// MLflow's numbers for what became of a run.
  private var status: Int {
    switch training.ending {
    case .finished: 3
    case .failed: 4
    case .stopped: 5
    }
  }

  private var meta: TrackedFile {
    let identifier = training.identifier
    let lines = [
      ("artifact_uri", MLflowFolder.location("\(experiment)/\(identifier)/artifacts")),
      ("end_time", "\(1000 * training.lastEpoch)"), ("entry_point_name", yaml("")),
      ("experiment_id", yaml(experiment)), ("lifecycle_stage", yaml("active")),
      ("run_id", yaml(identifier)), ("run_name", yaml(name)), ("run_uuid", yaml(identifier)),
      ("source_name", yaml("")), ("source_type", "4"), ("source_version", yaml("")),
      ("start_time", "0"), ("status", "\(status)"), ("tags", "[]"), ("user_id", yaml("")),
    ]
    return TrackedFile("meta.yaml", text: MLflowFolder.document(lines))
  }
}
