internal import Settings
internal import Experiments
internal import Files
internal import Learning
internal import PlainText
internal import Results
internal import SystemPackage

/// Writes `runs/<index>-<8 hex>/`: the spec of one run, its models and its pictures.
struct RunFolder {
  let collection: Collection
  let checked: CheckedStages
  /// `runs/`.
  let parent: FilePath
  /// Told what stood in the way, and where it is now.
  var onMove: (_ path: FilePath, _ moved: FilePath) -> Void = { _, _ in }
  private var shared = SharedFile()

  init(
    collection: Collection, checked: CheckedStages, parent: FilePath,
    onMove: @escaping (_ path: FilePath, _ moved: FilePath) -> Void
  ) {
    self.collection = collection
    self.checked = checked
    self.parent = parent
    self.onMove = onMove
  }

  /// Whether a file of a run's folder may have that name: what follows below writes no other.
  ///
  /// It holds for lists that came from anywhere: no name leads out of the folder.
  static func isName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("\0") }),
      let file = parts.last
    else { return false }
    switch parts.count {
    case 1: return file == "spec.yaml"
    case 2: return parts[0] == "images" && file.hasSuffix(".png")
    case 3:
      return parts[0] == "models"
        && (file == OutputFile.weights || file == "history.csv" || file.hasSuffix(".log")
          || file.hasPrefix("adversarial-") && file.hasSuffix(".npz"))
    case 4:
      return parts[0] == "models" && parts[2] == "checkpoints"
        && OutputFile.isCheckpoint(String(file))
    default: return false
    }
  }

  /// - Returns: What is in the folder.
  mutating func write(
    _ run: PlannedRun, pictures: inout PictureMaker
  ) throws -> MirroredFiles {
    var folder = try MirrorFolder(parent.appending(run.name), onMove: onMove)
    try folder.put("spec.yaml", text: run.resolvedSpec)
    for model in run.models {
      let name = "models/\(model.settings.name)"
      try writeTraining(model, below: name, in: &folder)
      for evaluation in model.evaluations {
        try writeLog(
          evaluation.stage, as: "\(name)/evaluate-\(Self.stem(evaluation.attack)).log", in: &folder)
      }
      try writeImages(of: model.evaluations, below: name, in: &folder)
    }
    for picture in Picture.all(of: run, in: collection) {
      try folder.put("images/\(picture.name).png", origin: picture.origin) {
        try pictures.png(picture)
      }
    }
    return try folder.finish()
  }

  private mutating func writeTraining(
    _ model: PlannedModel, below name: String, in folder: inout MirrorFolder
  ) throws {
    try writeLog(model.train, as: "\(name)/train.log", in: &folder)
    if let training = collection.trainings[model.train] {
      try folder.put("\(name)/history.csv", text: HistoryTable(rows: training.history).csv.text)
    }
    guard let manifest = collection.result(model.train).manifest else {
      // The run's name says which training it is: what is there is that model still.
      folder.keep { $0.hasPrefix("\(name)/") && !$0.hasSuffix(".log") }
      return
    }
    // What is stored is shared by networks that differ in names alone: names come in here.
    let names = model.settings.architecture.givenNames
    let suffix = names.map { "/\($0.joined(separator: "/"))" } ?? ""
    for file in manifest.files {
      let path: String
      if file.name == OutputFile.weights {
        path = "\(name)/\(file.name)"
      } else if OutputFile.isCheckpoint(file.name) {
        path = "\(name)/checkpoints/\(file.name)"
      } else {
        continue
      }
      guard let names else {
        try share(file, of: manifest, as: path, in: &folder)
        continue
      }
      try folder.put(path, origin: file.sha256 + suffix) {
        let bytes = try collection.store.read(file.name, of: manifest)
        // What is no checkpoint of ours has no layers to name.
        guard var checkpoint = try? Checkpoint(decoding: bytes, origin: file.name) else {
          return bytes
        }
        checkpoint.layerNames = names
        return checkpoint.encoded()
      }
    }
  }

  /// The images of attacks that keep them, once for several epsilons that are read off the same
  /// ones.
  private mutating func writeImages(
    of evaluations: [PlannedEvaluation], below name: String, in folder: inout MirrorFolder
  ) throws {
    var known: Set<StageKey> = []
    for evaluation in evaluations where known.insert(evaluation.stage).inserted {
      guard let manifest = collection.result(evaluation.stage).manifest,
        let file = manifest.file(OutputFile.kept)
      else { continue }
      let path = "\(name)/adversarial-\(Self.stem(evaluation.attack)).npz"
      try share(file, of: manifest, as: path, in: &folder)
    }
  }

  /// A stored file as it is.
  private mutating func share(
    _ file: StageManifest.File, of manifest: StageManifest, as path: String,
    in folder: inout MirrorFolder
  ) throws {
    let store = collection.store
    let source = store.path(of: manifest.key).appending(file.name)
    let (checked, key) = (checked, manifest.key)
    try folder.put(path, origin: file.sha256, sharing: source, by: &shared) {
      checked.isChecked(file.name, of: key, $0)
    } onLink: {
      checked.note($0, of: file.name, of: key)
    } make: {
      try store.read(file.name, of: manifest)
    }
  }

  /// The log of what is stored, else what a worker that failed left.
  private mutating func writeLog(
    _ key: StageKey, as name: String, in folder: inout MirrorFolder
  ) throws {
    let result = collection.result(key)
    if let manifest = result.manifest {
      guard let log = manifest.file(OutputFile.log) else { return }
      try share(log, of: manifest, as: name, in: &folder)
    } else {
      let left = collection.store.leftLog(of: key)
      try folder.put(
        name, text: left + "\(result.status.rawValue): \(result.reason ?? "unknown reason")\n")
    }
  }

  /// What files of an evaluation are called: `clean`, `fgsm-0.2-self`, `pgd-l2-1.5-from-base`;
  /// `fgsm-8_255-self` where epsilon is 8/255, `rotation-3`.
  static func stem(_ attack: AttackSettings?) -> String {
    guard let attack else { return "clean" }
    guard attack.hasBall else { return attack.name }
    let (ball, source) = stem(
      attack.name, norm: attack.norm.name, epsilon: attack.epsilon, source: attack.source.name)
    return "\(ball)-\(source)"
  }

  /// The same from the columns of a row, in two parts: `pgd-l2-1.5` and `from-base`.
  static func stem(
    _ name: String, norm: String, epsilon: Double, source: String
  ) -> (ball: String, source: String) {
    let norm = norm == Norm.infinity.name ? "" : "-\(norm)"
    let epsilon = epsilon.pixelSteps?.replacing("/", with: "_") ?? NumberText.shortest(epsilon)
    return (
      "\(name)\(norm)-\(epsilon)",
      source == AttackSource.own.name ? source : "from-\(source)"
    )
  }
}
