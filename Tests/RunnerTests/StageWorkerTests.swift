import Experiments
import Settings
import Files
import FoundationEssentials
import Learning
import Measurements
import Results
import Runner
import SystemPackage
import TestSupport
import Testing

/// Does every stage in this process.
private struct WorkerInProcess: Launcher {
  let store: ContentStore
  let dataset: PreparedDataset
  var events = Box<WorkerEvent>()

  func launch(
    _ stage: Stage, onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> LaunchOutcome {
    let request = WorkerRequest(
      stage: stage, dataset: dataset, store: store.folder.string, programVersion: "0")
    let events = events
    do {
      try StageWorker(request, log: WorkerLog(isEchoing: false)) { events.add($0) }.run()
      return .finished
    } catch {
      return .crashed(reason: "\(error)")
    }
  }
}

@Suite("A worker")
struct StageWorkerTests {
  private func withData(_ body: (FilePath, PreparedDataset) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      let data = try DatasetLibrary(
        DatasetLocations(
          dataFolder: nil, cacheFolder: folder.appending("cache"), temporaryFolder: folder)
      ).prepare(.syntheticDigits, trainLimit: 80, testLimit: 40).dataset
      try await body(folder, data)
    }
  }

  @Test func `trains and evaluates to the same bytes every time`() async throws {
    try await withData { folder, data in
      var plan = try smallPlan(seeds: "[3]", steps: "[0.2]")
      plan.dataset.digest = data.digest
      var weights: Set<[UInt8]> = []
      var tables: Set<String> = []
      for (name, jobs) in [("a", 1), ("b", 2)] {
        let store = ContentStore(folder.appending(name))
        try store.open()
        let launcher = WorkerInProcess(store: store, dataset: data)
        let results = await Scheduler(
          stages: Array(plan.stages), store: store, launcher: launcher, options: .init(jobs: jobs)
        ).run()
        #expect(results.values.allSatisfy { $0.status == .ok }, "\(results)")
        let table = try Runner.Collection(
          plan: plan, results: results, store: store, classNames: nil
        ).table
        #expect(table.rows.count == 6)
        // The spec's limits, not those of the prepared data.
        #expect(table.rows.allSatisfy { $0.metrics?.examples == 32 })
        tables.insert(table.csv.text)
        let robust = try plan.stage("train robust seed=3")
        let manifest = try #require(results[robust.key]?.manifest)
        #expect(manifest.examples == 128)
        weights.insert(try store.read("model.safetensors", of: manifest))
        let log = String(decoding: try store.read("log.txt", of: manifest), as: UTF8.self)
        #expect(log.contains("epoch 2/2: loss"))
        #expect(
          launcher.events.all.count { if case .epoch = $0 { true } else { false } } == 4)
      }
      #expect(weights.count == 1)
      #expect(tables.count == 1)
    }
  }

  @Test func `stores that a training diverged`() async throws {
    try await withData { folder, data in
      let plan = try smallPlan(seeds: "[3]", steps: "[0.2]")
      var stage = try plan.stage("train base seed=3")
      guard case .train(var work) = stage.work else { return }
      work.training.learningRate = 3e38
      work.training.optimizer = Optimizer(SGD())
      work.dataset.digest = data.digest
      stage.change(to: .train(work))
      let store = ContentStore(folder.appending("store"))
      let outcome = await WorkerInProcess(store: store, dataset: data).launch(stage) { _ in }
      #expect(outcome == .finished)
      let manifest = try #require(store.entry(stage.key, .contents).manifest)
      guard case .diverged(let reason) = manifest.ending else {
        Issue.record("it did not diverge: \(manifest.ending)")
        return
      }
      #expect(reason.hasPrefix("epoch 1, step "))
      #expect(manifest.file("model.safetensors") == nil)
    }
  }

  @Test(
    arguments: [
      ("no weights", "the trained model is not stored"),
      ("changed weights", "the contents have changed since they were stored"),
      ("other data", "the stage needs"),
      ("no such class", "the attack's target is class 50, the model has 10 classes"),
    ])
  func `says what keeps it from evaluating`(problem: String, reason: String) async throws {
    try await withData { folder, data in
      var plan = try smallPlan(seeds: "[3]", steps: "[0.2]")
      plan.dataset.digest = data.digest
      let store = ContentStore(folder.appending("store"))
      let launcher = WorkerInProcess(store: store, dataset: data)
      var evaluate = try plan.stage("evaluate base clean seed=3")
      let train = try plan.stage("train base seed=3")
      if problem == "other data", case .evaluate(var work) = evaluate.work {
        work.dataset.digest = "other"
        evaluate.work = .evaluate(work)
      }
      if problem == "no such class" {
        evaluate = try #require(
          plan.stages.first { stage in
            if case .evaluate(let work) = stage.work { work.attack != nil } else { false }
          })
        if case .evaluate(var work) = evaluate.work {
          work.attack?.target = .label(50)
          (work.subject, work.source) = (train.key, train.key)
          evaluate.work = .evaluate(work)
        }
        _ = await launcher.launch(train) { _ in }
      }
      if problem == "changed weights" {
        _ = await launcher.launch(train) { _ in }
        let file = store.path(of: train.key).appending("model.safetensors")
        var content = try bytes(file)
        content[content.count - 1] ^= 1
        try Data(content).write(to: URL(filePath: file.string))
      }
      guard case .crashed(let found) = await launcher.launch(evaluate, onEvent: { _ in }) else {
        Issue.record("it evaluated")
        return
      }
      #expect(found.contains(reason))
      #expect(store.entry(evaluate.key) == .absent)
    }
  }

  @Test func `stores images that an attack keeps, and the numbers without them, too`() async throws
  {
    try await withData { folder, data in
      var plan = try smallPlan(seeds: "[3]", steps: "[0.2]")
      plan.dataset.digest = data.digest
      let plain = try #require(
        plan.stages.first { stage in
          if case .evaluate(let work) = stage.work {
            work.attack != nil && work.subject == work.source
          } else {
            false
          }
        })
      guard case .evaluate(var work) = plain.work else { return }
      work.attack?.keep = true
      var keeping = plain
      keeping.work = .evaluate(work)
      keeping.key = keeping.work.key
      let training = try #require(plan.stages.first { $0.key == work.subject })

      func store(_ name: String, _ stage: Stage) async throws -> ContentStore {
        let store = ContentStore(folder.appending(name))
        let launcher = WorkerInProcess(store: store, dataset: data)
        _ = await launcher.launch(training) { _ in }
        #expect(await launcher.launch(stage) { _ in } == .finished)
        return store
      }
      let one = try await store("keeping", keeping)
      let other = try await store("plain", plain)
      let kept = try #require(one.entry(keeping.key, .meaning(keeping.work)).manifest)
      let numbers = try #require(one.entry(plain.key, .meaning(plain.work)).manifest)
      let reference = try #require(other.entry(plain.key, .meaning(plain.work)).manifest)
      #expect(kept.file("adversarial.npz") != nil && numbers.file("adversarial.npz") == nil)
      for name in ["evaluation.json", "outcomes.bin", "first-batch.f32"] {
        #expect(kept.file(name) == reference.file(name), "\(name)")
        #expect(numbers.file(name) == reference.file(name), "\(name)")
      }
      #expect(other.entry(keeping.key) == .absent)
      let images = try KeptImages(
        decoding: one.read("adversarial.npz", of: kept), origin: "adversarial.npz")
      #expect(images.count == 32 && images.imageShape == [1, 28, 28] && images.classes == 10)
    }
  }

  @Test(
    arguments: [
      ("missing", "adversarial.npz is missing"), ("short", "truncated"),
      ("changed", "the checksum of clean.npy is wrong"),
    ])
  func `does not take damaged images for those of an attack`(
    damage: String, reason: String
  ) async throws {
    try await withData { folder, data in
      let plan = try smallPlan(seeds: "[3]", steps: "[0.2]")
      var stage = try #require(
        plan.stages.first { stage in
          if case .evaluate(let work) = stage.work {
            work.attack != nil && work.subject == work.source
          } else {
            false
          }
        })
      guard case .evaluate(var work) = stage.work else { return }
      work.attack?.keep = true
      stage.work = .evaluate(work)
      stage.key = stage.work.key
      let store = ContentStore(folder.appending("store"))
      let launcher = WorkerInProcess(store: store, dataset: data)
      _ = await launcher.launch(try #require(plan.stages.first { $0.key == work.subject })) { _ in }
      #expect(await launcher.launch(stage) { _ in } == .finished)
      // The manifest's digest fits what is there.
      try store.forge(stage, "adversarial.npz") { bytes in
        switch damage {
        case "missing": return nil
        case "short": return Array(bytes.dropLast())
        default:
          var bytes = bytes
          bytes[1000] ^= 1
          return bytes
        }
      }
      guard case .damaged(let found) = store.entry(stage.key, .meaning(stage.work)) else {
        Issue.record("it goes unseen")
        return
      }
      #expect(found.contains(reason), "\(found)")
    }
  }
}
