import Experiments
import Files
import Results
import Runner
import SystemPackage
import TestSupport
import Testing
import Tracking

@Suite struct `What other programs are told of an experiment` {
  private let provenance = Provenance(
    nslRunVersion: "0", gitRevision: nil, environment: machine, datasetDigests: [:], kernels: [:])

  /// Writes both formats of a plan all of whose stages are stored, but those that `isLost` names.
  @discardableResult
  private func write(
    _ plan: Plan, in folder: FilePath, isLost: (Stage) -> Bool = { _ in false },
    checkInterruption: () throws -> Void = {}
  ) throws -> FilePath {
    let store = ContentStore(folder.appending(".store"))
    try store.open()
    var results: [StageKey: StageResult] = [:]
    for stage in plan.stages {
      try store.commitCanned(stage, hasImages: true)
      if isLost(stage) {
        results[stage.key] = StageResult(failed: .crashed, reason: "exit status 3")
      } else {
        results[stage.key] = StageResult(
          try #require(store.entry(stage.key).manifest), isCached: true)
      }
    }
    let experiment = ExperimentFolder(plan.experiment, in: folder)
    try FileSystem.createFolders(experiment.path)
    try experiment.write(
      try Runner.Collection(plan: plan, results: results, store: store, classNames: nil),
      provenance: provenance, tracking: TrackingFormat.allCases,
      checkInterruption: checkInterruption)
    return experiment.path
  }

  /// The paths of all files of a format, with the ids of MLflow by the run's name.
  private func listing(_ path: FilePath, _ plan: Plan) throws -> String {
    var names: [String: String] = [:]
    for file in try files(below: path) where file.hasSuffix("/tags/mlflow.runName") {
      let id = String(file.split(separator: "/")[1])
      names[id] = try text(path.appending(FilePath(file).components))
    }
    var lines = try files(below: path).map { file in
      names.reduce(file) {
        $0.replacing($1.key, with: "<id of \($1.value.replacing("/", with: " "))>")
      }
    }
    lines.sort()
    return plan.withoutKeys(lines.map { $0 + "\n" }.joined())
  }

  @Test func `is in one folder for each trained model of a run`() throws {
    try withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let path = try write(plan, in: folder)
      try expectSnapshot(
        listing(path.appending("tensorboard"), plan), named: "tracking-tensorboard.txt")
      try expectSnapshot(listing(path.appending("mlruns"), plan), named: "tracking-mlruns.txt")
    }
  }

  @Test func `has a number of one name for all points of an attack's sweep`() throws {
    try withTemporaryFolder { folder in
      let plan = try smallPlan(
        seeds: "[1]", steps: "[0.1]", sweeping: "eval.attacks.pgd.epsilon: [0.3, 0.4]")
      let path = try write(plan, in: folder).appending("mlruns")
      let found = try files(below: path).filter { $0.contains("/metrics/accuracy/") }
        .map { String($0.split(separator: "/").last ?? "") }
      // Two points of two models: the clean row, which the table has once, is in each.
      #expect(found.count { $0 == "pgd-self" } == 4 && found.count { $0 == "clean" } == 4)
      #expect(Set(found) == ["clean", "fgsm-0.1-self", "fgsm-0.2-from-base", "pgd-self"])
    }
  }

  @Test func `keeps the ids of runs whose spec gains an attack or a point`() throws {
    try withTemporaryFolder { folder in
      func ids(_ plan: Plan) throws -> Set<String> {
        let path = try write(plan, in: folder).appending("mlruns")
        return Set(
          try files(below: path).filter { $0.hasSuffix("/params/seed") }
            .map { String($0.split(separator: "/")[1]) })
      }
      let few = try ids(smallPlan(seeds: "[1]", steps: "[0.2]"))
      let more = try ids(smallPlan(seeds: "[3, 1]", steps: "[0.1, 0.2]"))
      #expect(few.count == 2 && more.count == 8 && few.isSubset(of: more))
      // What is not in the spec any more goes.
      #expect(try ids(smallPlan(seeds: "[1]", steps: "[0.2]")) == few)
    }
  }

  @Test func `says what failed, and has no numbers of it`() throws {
    try withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let path = try write(plan, in: folder) { !$0.isTraining && $0.title.contains("robust") }
        .appending("mlruns")
      var statuses: [String] = []
      for file in try files(below: path) {
        let file = path.appending(FilePath(file).components)
        if file.string.hasSuffix("/tags/nsl-run.status") { statuses.append(try text(file)) }
      }
      #expect(statuses.sorted() == ["crashed", "ok"])
      let metrics = try files(below: path).filter { $0.contains("/metrics/accuracy/") }
      #expect(metrics.count == 3)
    }
  }

  @Test func `is put right after an interruption`() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1, 0.2]")
      let whole = try files(below: try write(plan, in: folder))
      let other = folder.appending("other")
      try FileSystem.createFolders(other)
      for allowed in [10, 40, 80] {
        var count = 0
        #expect(throws: Stop.self) {
          try write(
            plan, in: other,
            checkInterruption: {
              count += 1
              if count > allowed { throw Stop() }
            })
        }
      }
      // What was written until then is known: with less in the spec, it goes.
      let less = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let path = try write(less, in: other)
      #expect(
        try files(below: path.appending("mlruns"))
          == files(below: try write(less, in: folder).appending("mlruns")))
      #expect(try files(below: try write(plan, in: other)) == whole)
    }
  }
}
