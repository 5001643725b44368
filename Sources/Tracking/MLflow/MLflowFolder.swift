internal import Digest

/// The folders of MLflow's file store: an experiment, and a run for each training.
///
/// A run's `meta.yaml` comes after its other files, and the experiment's after all runs: MLflow does
/// not see what has none.
struct MLflowFolder {
  let experiment: TrackedExperiment
  /// 18 digits that follow from the experiment's name, as MLflow's own are.
  private let identifier: String

  init(_ experiment: TrackedExperiment) {
    self.experiment = experiment
    identifier = Self.identifier(of: experiment.name)
  }

  static func identifier(of name: String) -> String {
    let least: UInt64 = 100_000_000_000_000_000
    return String(least + ContentDigest.sha256Words(Array(name.utf8)).0 % (9 * least))
  }

  /// Whether a file of the folder may have that path: what is written here has no other.
  static func isPath(_ parts: [Substring]) -> Bool {
    guard let first = parts.first, first.utf8.count == 18, first.allSatisfy(\.isWholeNumber) else {
      return false
    }
    switch parts.count {
    case 2: return parts[1] == "meta.yaml"
    case 3: return parts[1] == "tags" || parts[2] == "meta.yaml"
    case 4, 5: return ["params", "metrics", "tags", "artifacts"].contains(parts[2])
    default: return false
    }
  }

  func files(_ put: (TrackedFile) throws -> Void) rethrows {
    for training in experiment.trainings {
      let run = MLflowRun(training, axes: experiment.axes, experiment: identifier)
      try run.files { file in
        try put(TrackedFile("\(identifier)/\(file.path)", file.parts))
      }
    }
    var tags = MLflowEntries("tags")
    tags.add("mlflow.note.content", experiment.description ?? "")
    tags.add("nsl-run.tags", experiment.tags.joined(separator: ", "))
    for file in tags.files { try put(TrackedFile("\(identifier)/\(file.path)", file.parts)) }
    let meta = [
      ("artifact_location", Self.location(identifier)), ("creation_time", "0"),
      ("experiment_id", yaml(identifier)), ("last_update_time", "0"),
      ("lifecycle_stage", yaml("active")), ("name", yaml(experiment.name)),
    ]
    try put(TrackedFile("\(identifier)/meta.yaml", text: Self.document(meta)))
  }

  /// Where artifacts are, for a program that was started in the experiment's folder: a path from the
  /// root would be another one on every machine.
  static func location(_ path: String) -> String {
    yaml("./\(TrackingFormat.mlflow.folder)/\(path)")
  }

  static func document(_ lines: [(key: String, value: String)]) -> String {
    lines.map { "\($0.key): \($0.value)\n" }.joined()
  }
}

/// A text as YAML has it in double quotes, which no reader takes for anything but a text.
func yaml(_ text: String) -> String {
  let escaped = text.unicodeScalars.map { scalar in
    switch scalar {
    case "\"", "\\": "\\\(scalar)"
    case " "..."~": String(scalar)
    default:
      "\\U" + String(repeating: "0", count: 8 - String(scalar.value, radix: 16).count)
        + String(scalar.value, radix: 16)
    }
  }
  return "\"\(escaped.joined())\""
}
