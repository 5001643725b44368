import Experiments
import Files
import FoundationEssentials
import Learning
import Runner
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite struct `An evaluation that was interrupted` {
  /// A store with a trained model, the data, and the evaluation of an attack on it: two batches of 16.
  private struct Case {
    let folder: FilePath
    let data: PreparedDataset
    let train: Stage
    let evaluate: Stage

    init(in folder: FilePath) throws {
      self.folder = folder
      data = try DatasetLibrary(
        DatasetLocations(
          dataFolder: nil, cacheFolder: folder.appending("cache"), temporaryFolder: folder)
      ).prepare(.syntheticDigits, trainLimit: 80, testLimit: 40).dataset
      var plan = try smallPlan(seeds: "[3]", steps: "[0.2]")
      plan.dataset.digest = data.digest
      let evaluate = try #require(
        plan.stages.first { stage in
          if case .evaluate(let work) = stage.work {
            work.attack != nil && work.subject == work.source
          } else {
            false
          }
        })
      self.evaluate = evaluate
      train = try #require(plan.stages.first { $0.key == evaluate.dependencies[0] })
    }

    func store(_ name: String) throws -> ContentStore {
      let store = ContentStore(folder.appending(name))
      try store.open()
      _ = try run(train, in: store)
      return store
    }

    /// Does a stage.
    ///
    /// - Returns: What the worker said, and its events.
    func run(_ stage: Stage, in store: ContentStore) throws -> (log: String, [WorkerEvent]) {
      let log = WorkerLog(isEchoing: false)
      let events = Box<WorkerEvent>()
      let request = WorkerRequest(
        stage: stage, dataset: data, store: store.folder.string, programVersion: "0")
      try StageWorker(request, log: log) { events.add($0) }.run()
      return (log.text, events.all)
    }

    /// What a worker leaves that dies in the second batch.
    func interrupt(in store: ContentStore, programVersion: String = "0") throws {
      guard case .evaluate(let work) = evaluate.work else { return }
      let weights = try #require(store.entry(train.key).manifest)
      let checkpoint = try Checkpoint(
        decoding: store.read("model.safetensors", of: weights), origin: "weights")
      let model = Model(checkpoint.architecture)
      let evaluator = try Evaluator(
        subject: TrainedModel(model: model, parameters: checkpoint.parameters),
        attack: work.attack?.computation, batchSize: work.batchSize, seed: work.seed)
      let unfinished = UnfinishedEvaluation(
        evaluate.key, in: store, programVersion: programVersion,
        architecture: model.architecture, keepsImages: false)
      var limited = data
      limited.testLimit = 32
      _ = try evaluator.evaluate(
        try limited.open().test, limit: work.limit,
        keep: { make in
          var part = make()
          part.seconds = 1000
          #expect(throws: Never.self) { try unfinished.save(part) }
          return true
        })
    }

    func contents(_ store: ContentStore) throws -> [[UInt8]] {
      let manifest = try #require(
        store.entry(evaluate.key, .meaning(evaluate.work)).manifest)
      return try ["evaluation.json", "outcomes.bin", "first-batch.f32"].map {
        try store.read($0, of: manifest)
      }
    }
  }

  @Test func `goes on behind what is done, to the same bytes`() throws {
    try withTemporaryFolder { folder in
      let setting = try Case(in: folder)
      let reference = try setting.store("reference")
      #expect(!(try setting.run(setting.evaluate, in: reference).log.contains("goes on")))
      let store = try setting.store("store")
      try setting.interrupt(in: store)
      #expect(try FileSystem.list(store.unfinishedPath(of: setting.evaluate.key)) == ["0"])
      let (log, events) = try setting.run(setting.evaluate, in: store)
      #expect(log.contains("goes on after 16 of 32 examples"), "\(log)")
      for case .evaluating(let at) in events { #expect(at.done >= 16 && at.earlier == 16) }
      #expect(try setting.contents(store) == setting.contents(reference))
      // The time of both workers.
      let manifest = try #require(store.entry(setting.evaluate.key).manifest)
      #expect((1000..<1500).contains(manifest.seconds))
      #expect(try FileSystem.list(store.folder.appending("unfinished")).isEmpty)
    }
  }

  @Test(arguments: ["damaged", "of another version", "a folder", "a gap"])
  func `begins anew where what is there cannot be used`(problem: String) throws {
    try withTemporaryFolder { folder in
      let setting = try Case(in: folder)
      let reference = try setting.store("reference")
      _ = try setting.run(setting.evaluate, in: reference)
      let store = try setting.store("store")
      try setting.interrupt(in: store, programVersion: problem == "of another version" ? "1" : "0")
      let part = store.unfinishedPath(of: setting.evaluate.key).appending("0")
      switch problem {
      case "damaged":
        var content = try bytes(part)
        content[100] ^= 1
        try AtomicFile.write(content, to: part)
      case "a folder":
        try FileSystem.removeTree(part)
        try FileSystem.createFolders(part)
      case "a gap":
        let content = try bytes(part)
        try FileSystem.removeTree(part)
        try AtomicFile.write(content, to: part.removingLastComponent().appending("16"))
      default: break
      }
      let (log, _) = try setting.run(setting.evaluate, in: store)
      #expect(!log.contains("goes on"), "\(log)")
      #expect(log.contains("not used: ") == (problem != "a gap"), "\(log)")
      #expect(try setting.contents(store) == setting.contents(reference))
      #expect(try FileSystem.list(store.folder.appending("unfinished")).isEmpty)
    }
  }

  @Test func `leaves nothing of what is stored`() throws {
    try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let stages = try smallPlan().stages
      for stage in stages.prefix(2) {
        let unfinished = store.unfinishedPath(of: stage.key)
        try FileSystem.createFolders(unfinished)
        try AtomicFile.write("part", to: unfinished.appending("0"))
      }
      try AtomicFile.write("mine", to: store.folder.appending("unfinished/notes.txt"))
      try store.removeUnfinished { $0 == stages[0].key }
      #expect(
        Set(try FileSystem.list(store.folder.appending("unfinished")))
          == [stages[1].key.hex, "notes.txt"])
    }
  }
}
