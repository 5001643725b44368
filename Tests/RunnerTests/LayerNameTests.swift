import Engine
import Experiments
import Settings
import Files
import FoundationEssentials
import Learning
import Results
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite struct `Names of layers` {
  private func plan(_ layers: String, name: String, in folder: FilePath) throws -> (
    Plan, PreparedDataset
  ) {
    let text = """
      experiment: \(name)
      dataset: { name: synthetic-digits, train_limit: 32, test_limit: 8 }
      architecture:
        layers: \(layers)
      hparams: { batch_size: 16, epochs: 2, checkpoint_every: 1 }
      models: { base: {} }
      """
    let data = try DatasetLibrary(
      DatasetLocations(
        dataFolder: nil, cacheFolder: folder.appending("cache"), temporaryFolder: folder)
    ).prepare(.syntheticDigits, trainLimit: 32, testLimit: 8).dataset
    let plan = PlanBuilder.plan(
      try SpecLoader.load(text: text, name: "\(name).yaml"),
      dataset: ResolvedDataset(name: .syntheticDigits, digest: data.digest),
      engineRevision: EngineInformation.revision)
    return (plan, data)
  }

  /// Runs a plan.
  ///
  /// - Returns: The names of the tensors in each of the run's files of weights, and what ran.
  private func run(
    _ layers: String, name: String, in folder: FilePath
  ) async throws -> (tensors: [String: [String]], stages: [String]) {
    let (plan, data) = try plan(layers, name: name, in: folder)
    let store = ContentStore(folder.appending(".store"))
    try store.open()
    let launcher = FakeLauncher { stage in
      let request = WorkerRequest(
        stage: stage, dataset: data, store: store.folder.string, programVersion: "0")
      try StageWorker(request, log: WorkerLog(isEchoing: false)) { _ in }.run()
      return .finished
    }
    let results = await Scheduler(
      stages: Array(plan.stages), store: store, launcher: launcher, options: .init(jobs: 1)
    ).run()
    let experiment = ExperimentFolder(name, in: folder)
    let lock = try experiment.lockTables()
    try experiment.write(
      Runner.Collection(plan: plan, results: results, store: store, classNames: nil),
      provenance: Provenance(
        nslRunVersion: "0", gitRevision: nil, environment: machine, datasetDigests: [:],
        kernels: [:]))
    lock.release()
    let models = experiment.path.appending("runs").appending(plan.runs[0].name)
      .appending("models/base")
    var found: [String: [String]] = [:]
    for file in [
      "model.safetensors", "checkpoints/epoch-0001.safetensors",
      "checkpoints/epoch-0002.safetensors",
    ] {
      let bytes = try FileSystem.read(models.appending(FilePath(file).components))
      let checkpoint = try Checkpoint(decoding: bytes, origin: file)
      let model = Model(checkpoint.architecture, layerNames: checkpoint.layerNames)
      found[file] = (model.weights + model.state).map(\.name)
      let header = String(decoding: bytes.prefix(4000), as: UTF8.self)
      for name in found[file] ?? [] { #expect(header.contains("\"\(name)\":{")) }
    }
    // The names that `plan --models` shows.
    let shown = Set(
      plan.modelsText.split(separator: "\n").compactMap { $0.split(separator: " ").first })
    for name in found["model.safetensors"] ?? [] {
      #expect(shown.contains(name.split(separator: "/")[0]), "\(name)")
    }
    return (found, launcher.order)
  }

  @Test func `are those of the weights in a run's folder, and train nothing again`() async throws {
    try await withTemporaryFolder { folder in
      let named = try await run(
        """
        [conv2d: {filters: 2, kernel_size: 5, strides: 3, name: stem}, batch_normalization: {name: bn},
        conv2d: {filters: 2, kernel_size: 3}, batch_normalization, activation: relu,
        conv2d: {filters: 2, kernel_size: 3, activation: relu}, flatten, dense: {units: 10, name: logits}]
        """, name: "named", in: folder)
      let expected = [
        "stem/kernel", "stem/bias", "bn/gamma", "bn/beta", "conv2d/kernel", "conv2d/bias",
        "batch_normalization/gamma", "batch_normalization/beta", "conv2d_1/kernel",
        "conv2d_1/bias", "logits/kernel", "logits/bias", "bn/moving_mean", "bn/moving_variance",
        "batch_normalization/moving_mean", "batch_normalization/moving_variance",
      ]
      #expect(named.tensors.count == 3 && named.tensors.values.allSatisfy { $0 == expected })
      #expect(named.stages.count == 2)
      let plain = try await run(
        """
        [conv2d: {filters: 2, kernel_size: 5, strides: 3}, batch_normalization,
        conv2d: {filters: 2, kernel_size: 3}, batch_normalization, activation: relu,
        conv2d: {filters: 2, kernel_size: 3, activation: relu}, flatten, dense: 10]
        """, name: "plain", in: folder)
      let counted = expected.map { name in
        let names = [
          "stem": "conv2d", "bn": "batch_normalization", "conv2d": "conv2d_1",
          "batch_normalization": "batch_normalization_1", "conv2d_1": "conv2d_2",
          "logits": "dense",
        ]
        let parts = name.split(separator: "/").map(String.init)
        return "\(names[parts[0]] ?? "")/\(parts[1])"
      }
      #expect(plain.tensors.values.allSatisfy { $0 == counted })
      // Nothing was done again.
      #expect(plain.stages == [])
    }
  }
}
