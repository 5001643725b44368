import Engine
import Experiments
import Settings
import Files
import FoundationEssentials
import Learning
import Results
import Runner
import Synchronization
import SystemPackage
import TestSupport
import Testing

let machine = Provenance.Environment(
  operatingSystem: "Test OS 1", cpu: "Test CPU", instructionSet: "avx2")

/// The plan of a spec with two models, one axis of two values, two seeds and three attacks' rows.
///
/// - Parameters:
///   - sweeping: Another axis; with it there is a fourth attack, `pgd`.
///   - channels: Of the images, which are the user's own where these are not one.
func smallPlan(
  seeds: String = "[1, 2]", steps: String = "[0.1, 0.2]", sweeping: String? = nil,
  channels: Int = 1
) throws -> Plan {
  let pgd = "\n    - { name: pgd, epsilon: 8/255 }"
  let name = channels == 1 ? "synthetic-digits" : "idx, path: own"
  let text = """
    experiment: small
    dataset: { name: \(name), train_limit: 64, test_limit: 32 }
    architecture:
      input_shape: [28, 28, \(channels)]
      num_classes: 10
      conv_filters: [2]
      kernel_size: [3, 3]
      pool_size: [2, 2]
      num_fc_units: [4]
    hparams: { batch_size: 16, epochs: 2, optimizer: adam, learning_rate: 0.001 }
    adversarial: { method: nsl, adv_step_size: 0.2, adv_grad_norm: infinity }
    models:
      base: { adversarial: none }
      robust: {}
    eval:
      batch_size: 16
      attacks:
        - { name: fgsm, epsilon: 0.2, source: base }
        - { name: fgsm, epsilon: 0.1 }\(sweeping == nil ? "" : pgd)
    sweep: { grid: { adversarial.adv_step_size: \(steps)\(sweeping.map { ", " + $0 } ?? "") } }
    seeds: \(seeds)
    """
  return PlanBuilder.plan(
    try SpecLoader.load(text: text, name: "small.yaml"),
    dataset: ResolvedDataset(
      name: channels == 1 ? .syntheticDigits : .idx, digest: "synthetic-digits-1"),
    engineRevision: EngineInformation.revision)
}

extension Stage {
  var isTraining: Bool { if case .train = work { true } else { false } }
}

extension Plan {
  func stage(_ title: String) throws -> Stage {
    try #require(stages.first { $0.title == title }, "no stage \(title)")
  }
}

extension ContentStore {
  /// Stores what a worker could have, the same for the same stage.
  @discardableResult
  func commitCanned(
    _ stage: Stage, ending: StageManifest.Ending = .finished, hasImages: Bool = false
  ) throws -> StageManifest {
    let number = stage.title.utf8.reduce(0) { $0 + Int($1) }
    var manifest = StageManifest(
      key: stage.key, work: stage.work, ending: ending, programVersion: "0", environment: machine,
      seconds: 1.5, examples: 128, peakMemory: 64 << 20)
    var files = ["log.txt": Array("log of \(stage.title)\n".utf8)]
    switch stage.work {
    case .train(let work):
      var outcome = #"{"finished":{}}"#
      if case .diverged(let reason) = ending {
        outcome = #"{"diverged":{"epoch":1,"step":3,"what":"\#(reason)"}}"#
      } else {
        let architecture = work.architecture.architecture
        let model = Model(architecture)
        files["model.safetensors"] = Checkpoint(
          architecture: architecture, seed: work.seed,
          parameters: Array(repeating: Float(number), count: model.parameterCount)
        ).encoded()
      }
      let epochs = (1...work.training.epochs).map {
        """
        {"epoch":\($0),"means":[{"name":"loss","value":0.5},
        {"name":"sparse_categorical_crossentropy","value":0.5},
        {"name":"sparse_categorical_accuracy","value":0.75},{"name":"scaled_adversarial_loss"}]}
        """
      }
      files["training.json"] = Array(
        """
        {"outcome":\(outcome),"implementations":["conv2d #1 forward: jit:avx2"],"history":[
        \(epochs.joined(separator: ","))]}
        """.utf8)
    case .evaluate(let work):
      let shape = work.subjectArchitecture.inputShape
      manifest.examples = 32
      files["evaluation.json"] = Array(
        """
        {"measurement":{"examples":32,"correct":\(number % 33),"loss":0.25,"meanLinf":0.1,
        "meanL2":"nan"},"shape":\(shape),"labels":\(hasImages ? "[7]" : "[]"),
        "predictions":\(hasImages ? "[\(number % 10)]" : "[]"),"implementations":[],
        "passes":{"forward":0,"gradients":0,"zeroGradients":0}}
        """.utf8)
      files["outcomes.bin"] = ExampleOutcome.encode(
        (0..<32).map {
          let prediction: Int32 = $0 < number % 33 ? 0 : 1
          return ExampleOutcome(
            label: 0, prediction: prediction, roundedPrediction: prediction, loss: 0.25,
            isFooled: prediction != 0)
        })
      files["first-batch.f32"] = [UInt8](
        repeating: 0, count: hasImages ? 4 * shape.reduce(1, *) : 0)
    }
    return try commit(manifest, files: files)
  }
}

extension ContentStore {
  /// Changes one of an entry's files, or leaves it out for `nil`, and the manifest with it: all
  /// checksums fit.
  func forge(
    _ stage: Stage, _ name: String, _ change: ([UInt8]) throws -> [UInt8]?,
    manifest edit: (inout StageManifest) -> Void = { _ in }
  ) throws {
    let path = path(of: stage.key)
    var manifest = try #require(entry(stage.key).manifest)
    let files = manifest.files.map(\.name)
    var contents: [String: [UInt8]] = [:]
    for file in files { contents[file] = try bytes(path.appending(file)) }
    contents[name] = try change(contents[name] ?? [])
    manifest.files = contents.sorted { $0.key < $1.key }.map { name, bytes in
      .init(name: name, size: bytes.count, sha256: ContentStore.digest(bytes))
    }
    edit(&manifest)
    for file in files { try FileSystem.removeTree(path.appending(file)) }
    for (name, bytes) in contents { try AtomicFile.write(bytes, to: path.appending(name)) }
    try AtomicFile.write(JSONEncoder().encode(manifest), to: path.appending("stage.json"))
  }
}

/// Runs stages as a test says, and remembers how.
final class FakeLauncher: Launcher {
  struct Record {
    var order: [String] = []
    var running = 0
    var most = 0
  }

  private let record = Mutex(Record())
  private let perform: @Sendable (Stage) async throws -> LaunchOutcome

  init(_ perform: @escaping @Sendable (Stage) async throws -> LaunchOutcome) {
    self.perform = perform
  }

  /// Stores canned outputs.
  convenience init(storingIn store: ContentStore) {
    self.init { stage in
      try store.commitCanned(stage)
      return .finished
    }
  }

  var order: [String] { record.withLock { $0.order } }
  var most: Int { record.withLock { $0.most } }

  func launch(
    _ stage: Stage, onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> LaunchOutcome {
    record.withLock { record in
      record.order.append(stage.title)
      record.running += 1
      record.most = max(record.most, record.running)
    }
    defer { record.withLock { $0.running -= 1 } }
    onEvent(.started(processIdentifier: 1))
    do {
      return try await perform(stage)
    } catch is CancellationError {
      return .cancelled
    } catch {
      return .crashed(reason: "\(error)")
    }
  }
}

extension Plan {
  /// `text` with other words for what changes with every revision of the engine.
  func withoutKeys(_ text: String) -> String {
    var text = text
    for run in runs { text = text.replacing(run.name, with: "<run \(run.index)>") }
    for stage in stages { text = text.replacing(stage.key.hex.prefix(8), with: "<key>") }
    return text
  }
}

/// Collects what is sent from anywhere.
final class Box<Element: Sendable>: Sendable {
  private let elements = Mutex<[Element]>([])
  func add(_ element: Element) { elements.withLock { $0.append(element) } }
  var all: [Element] { elements.withLock { $0 } }
}

func text(_ path: FilePath) throws -> String {
  String(decoding: try bytes(path), as: UTF8.self)
}

func bytes(_ path: FilePath) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(filePath: path.string)))
}

func write(_ text: String, to path: FilePath) throws {
  try Data(text.utf8).write(to: URL(filePath: path.string))
}

/// Paths of all files below a folder, sorted.
func files(below folder: FilePath) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: folder.string).filter { name in
    var isFolder = false
    _ = FileManager.default.fileExists(
      atPath: folder.appending(FilePath(name).components).string, isDirectory: &isFolder)
    return !isFolder
  }.sorted()
}

/// A stage that has run and ended well.
func ended(_ stage: Stage, seconds: Double) -> StageResult {
  StageResult(
    StageManifest(
      key: stage.key, work: stage.work, ending: .finished, programVersion: "0",
      environment: machine, seconds: seconds, examples: 1, peakMemory: 1), isCached: false)
}

/// A digit to train on and one to test on, drawn in a folder.
func tinyData(in folder: FilePath) throws -> PreparedDataset {
  try DatasetLibrary(
    DatasetLocations(
      dataFolder: nil, cacheFolder: folder.appending("cache"), temporaryFolder: folder)
  ).prepare(.syntheticDigits, trainLimit: 1, testLimit: 1).dataset
}

extension Stage {
  /// Makes it a stage of other work, with the key of that.
  mutating func change(to work: StageWork) {
    self.work = work
    key = StageKey(ofText: work.canonicalText)
  }
}
