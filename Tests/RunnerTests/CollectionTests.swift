import Experiments
import Settings
import Files
import FoundationEssentials
import Results
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite("The folder of an experiment")
struct CollectionTests {
  private let provenance = Provenance(
    nslRunVersion: "0", gitRevision: nil, environment: machine, datasetDigests: [:], kernels: [:])

  /// Runs a plan with canned outputs and writes its folder.
  @discardableResult
  private func write(
    _ plan: Plan, in folder: FilePath, hasImages: Bool = false, failing title: String? = nil,
    classNames: [String]? = nil
  ) async throws -> (folder: FilePath, collection: Runner.Collection) {
    let store = ContentStore(folder.appending(".store"))
    try store.open()
    let launcher = FakeLauncher { stage in
      if stage.title == title { return .crashed(reason: "exit status 3") }
      try store.commitCanned(stage, hasImages: hasImages)
      return .finished
    }
    let results = await Scheduler(
      stages: Array(plan.stages), store: store, launcher: launcher, options: .init(jobs: 2)
    ).run()
    let collection = try Runner.Collection(
      plan: plan, results: results, store: store, classNames: classNames)
    let experiment = ExperimentFolder(plan.experiment, in: folder)
    let lock = try experiment.lockTables()
    try experiment.write(collection, provenance: provenance)
    lock.release()
    return (experiment.path, collection)
  }

  @Test func `holds tables, specs, models, logs and pictures`() async throws {
    try await withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let (path, _) = try await write(plan, in: folder, hasImages: true)
      try expectSnapshot(
        plan.withoutKeys(try files(below: path).map { $0 + "\n" }.joined()), named: "folder.txt")
      try expectSnapshot(
        plan.withoutKeys(try text(path.appending("results.csv"))), named: "results.csv")
      try expectSnapshot(
        plan.withoutKeys(try text(path.appending("timings.csv"))), named: "timings.csv")
      let run = path.appending("runs").appending(plan.runs[0].name)
      #expect(try text(run.appending("spec.yaml")) == plan.runs[0].resolvedSpec)
      try expectSnapshot(
        try text(run.appending("models/base/history.csv")), named: "history.csv")
      #expect(try text(run.appending("models/base/train.log")) == "log of train base seed=1\n")
      let picture = try bytes(run.appending("images/fgsm-0.2-from-base.png"))
      #expect(picture.prefix(4) == [0x89, 0x50, 0x4E, 0x47])
      let document = try ResultsDocument<PlanDocument>(
        json: try bytes(path.appending("results.json")))
      #expect(document.plan.stages == PlanDocument(plan).stages)
      #expect(document.plan.runs.map(\.name) == plan.runs.map(\.name))
    }
  }

  @Test func `keeps the rows and reasons of what failed`() async throws {
    try await withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let (path, collection) = try await write(plan, in: folder, failing: "train base seed=1")
      try expectSnapshot(
        plan.withoutKeys(try text(path.appending("results.csv"))), named: "results-failed.csv")
      let statuses = collection.statuses
      #expect(statuses.count == plan.stages.count)
      #expect(statuses.filter { $0.status == .crashed }.allSatisfy { $0.reason?.isEmpty == false })
      let run = path.appending("runs").appending(plan.runs[0].name)
      #expect(try text(run.appending("models/base/train.log")) == "crashed: exit status 3\n")
      #expect(!(try files(below: run).contains("models/base/model.safetensors")))

      // The next run makes it whole, byte for byte what it would have been at once.
      try await write(plan, in: folder)
      #expect(!(try text(path.appending("results.csv")).contains("crashed")))
      #expect(try files(below: run).contains("models/base/model.safetensors"))
    }
  }

  @Test func `has one row for what the points of an attack's sweep share`() async throws {
    try await withTemporaryFolder { folder in
      let plan = try smallPlan(
        seeds: "[1, 2]", steps: "[0.1]", sweeping: "eval.attacks.pgd.steps: [2, 5]")
      let (path, collection) = try await write(plan, in: folder)
      try expectSnapshot(
        plan.withoutKeys(try text(path.appending("results.csv"))), named: "results-attack-sweep.csv"
      )
      // Over the seeds alone: each row of the summary is one evaluation of two models.
      #expect(SummaryTable(collection.table).rows.allSatisfy { $0.n == 2 })
      let keys = collection.table.rows.map(\.key.withoutRun)
      #expect(Set(keys).count == keys.count)
    }
  }

  /// Path and time of last change of every file.
  private func times(_ path: FilePath) throws -> [String: Int] {
    var times: [String: Int] = [:]
    for name in try files(below: path) {
      times[name] = try FileSystem.information(path.appending(FilePath(name).components))?.modified
    }
    return times
  }

  @Test func `is written only where it is not what it should be`() async throws {
    try await withTemporaryFolder { folder in
      let plan = try smallPlan()
      let (path, _) = try await write(plan, in: folder)
      let first = try times(path)
      let before = try bytes(path.appending("results.csv"))
      try await Task.sleep(for: .milliseconds(20))
      try await write(plan, in: folder)
      let second = try times(path)
      #expect(first.filter { second[$0.key] != $0.value }.map(\.key) == ["timings.csv"])

      // Half of it goes, some of it is changed, and all of it comes back.
      for (index, name) in first.keys.sorted().enumerated() where index % 2 == 0 {
        try FileSystem.removeTree(path.appending(FilePath(name).components))
      }
      let run = path.appending("runs").appending(plan.runs[1].name)
      try RunnerTests.write("changed", to: run.appending("spec.yaml"))
      let third = try await write(plan, in: folder).folder
      #expect(Set(try times(third).keys) == Set(first.keys))
      #expect(try bytes(path.appending("results.csv")) == before)
      #expect(try text(run.appending("spec.yaml")) == plan.runs[1].resolvedSpec)
    }
  }

  @Test func `forgets runs of former plans, and nothing else`() async throws {
    try await withTemporaryFolder { folder in
      let (path, _) = try await write(try smallPlan(seeds: "[1, 2]"), in: folder)
      let runs = path.appending("runs")
      try FileSystem.createFolders(runs.appending("007-0123abcd"))
      try FileSystem.createFolders(runs.appending("mine"))
      try RunnerTests.write("x", to: runs.appending("notes.txt"))
      let plan = try smallPlan(seeds: "[1]")
      let kept = runs.appending(plan.runs[0].name)
      try RunnerTests.write("x", to: kept.appending("mine.txt"))
      try await write(plan, in: folder)
      #expect(
        try FileSystem.list(runs)
          == (plan.runs.map(\.name) + ["007-0123abcd", "mine", "notes.txt"]).sorted())
      #expect(try files(below: kept).contains("mine.txt"))
    }
  }

  /// The picture that all models share: of one empty image of class 7, where the data are not at hand.
  private func grid(
    of plan: Plan, _ title: String, classNames: [String]?
  ) throws -> [UInt8] {
    let image = GridImage(
      height: 28, width: 28, channels: 1, values: Array(repeating: 0, count: 784))
    let predictions = try ["base", "robust"].map { model in
      let stage = try plan.stage("evaluate \(model) fgsm epsilon=0.2 source=base seed=1")
      // As the canned evaluation has it.
      let number = stage.title.utf8.reduce(0) { $0 + Int($1) }
      return ImageGrid.Predictions(model: model, classes: [number % 10])
    }
    return try ImageGrid(
      title: title, subtitle: "run \(plan.runs[0].name), adv_step_size=0.1, seed=1",
      images: [image], clean: nil, labels: [7], predictions: predictions,
      classNames: classNames
    ).png()
  }

  @Test func `has pictures that call classes by their names`() async throws {
    try await withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let names = (0..<10).map { "class number \($0)" }
      let title = "fgsm linf 0.2, gradients of base"
      // Names that are given later make other pictures of what is stored.
      var pictures: [[UInt8]] = []
      for classNames in [nil, names, ["few", "names"]] {
        let (path, _) = try await write(
          plan, in: folder, hasImages: true, classNames: classNames)
        let images = path.appending("runs").appending(plan.runs[0].name).appending("images")
        let picture = try bytes(images.appending("fgsm-0.2-from-base.png"))
        #expect(picture == (try grid(of: plan, title, classNames: classNames)))
        pictures.append(picture)
      }
      #expect(pictures[0] != pictures[1] && pictures[0] == pictures[2])
    }
  }

  @Test(arguments: [
    (AttackTarget.label(3), nil, ", to class 3 (cat)"), (.label(3), "mine", ", to class 3 (cat)"),
    (.label(4), "mine", ", to class 4"), (.next, "mine", ", to the next class"), (.next, nil, ""),
  ])
  func `has pictures that name the target of an attack`(
    target: AttackTarget, label: String?, words: String
  ) async throws {
    try await withTemporaryFolder { folder in
      var plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      var runs = Array(plan.runs)
      for model in runs[0].models.indices {
        runs[0].models[model].evaluations[1].attack?.target = target
        runs[0].models[model].evaluations[1].attack?.label = label
      }
      plan.runs = PlannedRuns(runs)
      let attack = try #require(runs[0].models[0].evaluations[1].attack)
      let names = ["air", "bus", "cow", "cat", "4"]
      let (path, _) = try await write(
        plan, in: folder, hasImages: true, classNames: names)
      let images = path.appending("runs").appending(plan.runs[0].name).appending("images")
      let title = "\(attack.name) linf 0.2\(words), gradients of base"
      #expect(
        try bytes(images.appending("\(attack.name)-0.2-from-base.png"))
          == grid(of: plan, title, classNames: names))
    }
  }

  @Test func `takes away pictures that the spec does not ask for any more`() async throws {
    try await withTemporaryFolder { folder in
      var plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let (path, _) = try await write(plan, in: folder, hasImages: true)
      let run = path.appending("runs").appending(plan.runs[0].name)
      #expect(try FileSystem.list(run.appending("images")).count == 3)
      var runs = Array(plan.runs)
      for run in runs.indices {
        for model in runs[run].models.indices {
          runs[run].models[model].evaluations.removeLast(2)
        }
      }
      plan.runs = PlannedRuns(runs)
      try await write(plan, in: folder, hasImages: true)
      let names = try files(below: run)
      #expect(!names.contains { $0.hasSuffix(".png") })
      #expect(!(try FileSystem.list(run).contains("images")))
      #expect(names.contains("models/base/evaluate-clean.log"))
    }
  }

  @Test func `says which file a full disk or a read-only one refuses`() async throws {
    guard SmallDisk.isPermitted else { return }
    try await withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1]")
      let (_, collection) = try await write(plan, in: folder)
      try SmallDisk.with(size: 24 << 10) { disk in
        let experiment = ExperimentFolder(plan.experiment, in: disk)
        try FileSystem.createFolders(experiment.path)
        let error = #expect(throws: FileError.self) {
          try experiment.write(collection, provenance: provenance)
        }
        #expect(error?.message.contains("No space left on device") == true)
        #expect(!(try files(below: disk).contains { $0.contains(".tmp") }))
        try SmallDisk.makeReadOnly(disk)
        let refused = #expect(throws: FileError.self) {
          _ = try ExperimentFolder("x", in: disk).announce()
        }
        #expect(refused?.message.contains("Read-only file system") == true)
      }
    }
  }
}
