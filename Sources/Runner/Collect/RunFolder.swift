internal import Experiments
internal import Files
internal import Results
internal import SystemPackage

/// Writes `runs/<index>-<8 hex>/`: the spec of one run, its models and its pictures.
struct RunFolder {
  let collection: Collection
  /// `runs/`.
  let parent: FilePath

  func write(_ run: PlannedRun, pictures: inout PictureMaker) throws {
    var folder = try MirrorFolder(parent.appending(run.name))
    try folder.put("spec.yaml", text: run.resolvedSpec)
    for model in run.models {
      let name = "models/\(model.settings.name)"
      try writeTraining(model, below: name, in: &folder)
      for evaluation in model.evaluations {
        try writeLog(
          evaluation.stage, as: "\(name)/evaluate-\(Self.stem(evaluation.attack)).log", in: &folder)
      }
    }
    for picture in Picture.all(of: run, in: collection) {
      try folder.put("images/\(picture.name).png", origin: picture.origin) {
        try pictures.png(picture)
      }
    }
    try folder.finish()
  }

  private func writeTraining(
    _ model: PlannedModel, below name: String, in folder: inout MirrorFolder
  ) throws {
    try writeLog(model.train, as: "\(name)/train.log", in: &folder)
    if let training = collection.trainings[model.train] {
      try folder.put("\(name)/history.csv", text: training.table.csv.text)
    }
    let manifest = collection.result(model.train).manifest
    guard let manifest else { return }
    for file in manifest.files {
      let path: String
      if file.name == OutputFile.weights {
        path = "\(name)/\(file.name)"
      } else if file.name.hasPrefix(OutputFile.checkpointPrefix) {
        path = "\(name)/checkpoints/\(file.name)"
      } else {
        continue
      }
      try folder.put(path, origin: file.sha256) {
        try collection.store.read(file.name, of: manifest)
      }
    }
  }

  /// The log of what is stored, else what a worker that failed left.
  private func writeLog(
    _ key: StageKey, as name: String, in folder: inout MirrorFolder
  ) throws {
    let result = collection.result(key)
    if let manifest = result.manifest {
      guard let log = manifest.file(OutputFile.log) else { return }
      try folder.put(name, origin: log.sha256) {
        try collection.store.read(OutputFile.log, of: manifest)
      }
    } else {
      let left = (try? FileSystem.readText(collection.store.logPath(of: key))) ?? ""
      try folder.put(
        name, text: left + "\(result.status.rawValue): \(result.reason ?? "no reason known")\n")
    }
  }

  /// What files of an evaluation are called: `clean`, `fgsm-0.2-self`, `pgd-l2-1.5-from-base`.
  static func stem(_ attack: AttackSettings?) -> String {
    guard let attack else { return "clean" }
    let norm = attack.norm == .infinity ? "" : "-\(attack.norm.name)"
    let source =
      switch attack.source {
      case .own: "self"
      case .model(let name): "from-\(name)"
      }
    return "\(attack.label)\(norm)-\(NumberText.shortest(attack.epsilon))-\(source)"
  }
}
