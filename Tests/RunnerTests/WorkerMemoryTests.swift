import Engine
import Experiments
import Files
import FoundationEssentials
import Learning
import Runner
import Settings
import SystemPackage
import TestSupport
import Testing

/// What a worker keeps from stage to stage changes no byte of what it stores.
@Suite struct `A worker that has done other stages` {
  /// Every kind of stage: trainings with and without neighbors, validation, dropout and moving
  /// averages; attacks that ask for one gradient, for several and for none, on one model and on two,
  /// with images that are kept and epsilons that follow each other.
  private static let specs = [
    """
    experiment: kinds
    dataset: { name: synthetic-digits, train_limit: 50, test_limit: 20, validation_split: 0.2 }
    architecture: { input_shape: [28, 28, 1], num_classes: 10, conv_filters: [2], num_fc_units: [4] }
    hparams: { batch_size: 16, epochs: 2, checkpoint_every: 1 }
    adversarial: { method: nsl, adv_step_size: 0.2, adv_grad_norm: infinity, pgd_iterations: 2 }
    models: { base: { adversarial: none }, robust: {} }
    eval:
      batch_size: 16
      attacks:
        - { name: fgsm, epsilon: [0.05, 0.1], source: base }
        - { name: pgd, epsilon: 0.1, steps: 2, keep: true }
        - { name: deepfool, epsilon: 0.2, steps: 2 }
        - { name: square, epsilon: 0.1, queries: 5 }
        - { name: rotation, severity: 1 }
    """,
    """
    experiment: layers
    dataset: { name: synthetic-digits, train_limit: 50, test_limit: 20 }
    architecture:
      layers:
        - conv2d: { filters: 4, kernel_size: 3, padding: same }
        - batch_normalization
        - activation: relu
        - dropout: 0.2
        - global_average_pooling2d
        - dense: 10
    hparams: { batch_size: 16, epochs: 1 }
    adversarial: none
    eval: { batch_size: 16, attacks: [{ name: bim, epsilon: 0.1, steps: 2 }] }
    """,
  ]

  private static func stages(digest: String) throws -> [Stage] {
    try specs.flatMap { spec in
      var plan = PlanBuilder.plan(
        try SpecLoader.load(text: spec, name: "kinds.yaml"),
        dataset: ResolvedDataset(name: .syntheticDigits, digest: digest),
        engineRevision: EngineInformation.revision)
      plan.dataset.digest = digest
      return Array(plan.stages)
    }
  }

  /// Does a stage and returns what it stored but for its log, by name.
  private static func perform(
    _ stage: Stage, _ store: ContentStore, _ data: PreparedDataset, _ memory: WorkerMemory
  ) throws -> [String: String] {
    try StageWorker(
      WorkerRequest(
        stage: stage, dataset: data, store: store.folder.string, programVersion: "0"),
      log: WorkerLog(isEchoing: false), memory: memory
    ) { _ in }.run()
    let manifest = try #require(store.entry(stage.key, .meaning(stage.work)).manifest)
    let files = manifest.files.filter { $0.name != "log.txt" }
    return Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.sha256) })
  }

  /// - Parameter limit: Of what is kept, in bytes: all, a part that comes and goes, nothing.
  @Test(arguments: [1 << 26, 300_000, 0])
  func `stores the same bytes as a new one`(limit: Int) async throws {
    try await withTemporaryFolder { folder in
      let data = try DatasetLibrary(
        DatasetLocations(
          dataFolder: nil, cacheFolder: folder.appending("cache"), temporaryFolder: folder)
      ).prepare(.syntheticDigits, trainLimit: 80, testLimit: 40).dataset
      let stages = try Self.stages(digest: data.digest)
      let fresh = ContentStore(folder.appending("fresh"))
      try fresh.open()
      var expected: [StageKey: [String: String]] = [:]
      for stage in stages {
        expected[stage.key] = try Self.perform(
          stage, fresh, data, WorkerMemory(limit: 0, environment: machine))
      }
      let seed = UInt64.random(in: .min ... .max)
      var random = RandomStream(seed: Int(truncatingIfNeeded: seed >> 1), purpose: .synthetic)
      for round in 0..<3 {
        let store = ContentStore(folder.appending("round \(round)"))
        try store.open()
        let memory = WorkerMemory(limit: limit, environment: machine)
        var rest = stages
        var done: Set<StageKey> = []
        while !rest.isEmpty {
          let ready = rest.indices.filter { rest[$0].dependencies.allSatisfy(done.contains) }
          let stage = rest.remove(
            at: ready[Int(random.uniform() * Float(ready.count)) % ready.count])
          if random.uniform() < 0.3 { try fail(stage, store, data, memory) }
          let found = try Self.perform(stage, store, data, memory)
          #expect(
            found == expected[stage.key], "\(stage.title), seed \(seed), round \(round)")
          done.insert(stage.key)
        }
      }
    }
  }

  /// Has a stage fail after all its work: a file is in the way of what it would store.
  private func fail(
    _ stage: Stage, _ store: ContentStore, _ data: PreparedDataset, _ memory: WorkerMemory
  ) throws {
    let path = store.path(of: stage.key)
    try FileSystem.createFolders(path.removingLastComponent())
    try write("in the way", to: path)
    #expect(throws: (any Error).self) { try Self.perform(stage, store, data, memory) }
    try FileSystem.removeTree(path)
  }
}
