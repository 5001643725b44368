import Engine
import Experiments
import FoundationEssentials
import Results
import Runner
import Settings
import SystemPackage
import TestSupport
import Testing

/// The time that is left, against what was left in the end.
@Suite("The forecast of a run")
struct ForecastTests {
  /// A line of a recorded run.
  private struct Moment: Decodable {
    var event: String
    var elapsed: Double
    var jobs: Int?
    var stage: String?
    var status: RowStatus?
    var fraction: Double?
    var epoch: Int?
    var epochs: Int?
    var step: Int?
    var steps: Int?
    var examples: Int?
  }

  private func moments(_ name: String) throws -> [Moment] {
    try fixture("progress/\(name).jsonl").split(separator: UInt8(ascii: "\n"))
      .map { try JSONDecoder().decode(Moment.self, from: Data($0)) }
  }

  private func plan(_ name: String, of dataset: DatasetName) throws -> Plan {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/progress")
    return PlanBuilder.plan(
      try SpecLoader.load(path: folder.appending(path: name + ".yaml").path),
      dataset: ResolvedDataset(
        name: dataset, digest: "any", trainLimit: 6000, testLimit: 1000),
      engineRevision: EngineInformation.revision)
  }

  @Test(arguments: ["quickstart", "mixed"], [1, 2])
  func `is within a quarter of the truth after a third of the time`(
    name: String, jobs: Int
  ) throws {
    let plan = try plan(name, of: name == "mixed" ? .mnist : .syntheticDigits)
    let moments = try moments("\(name)-jobs-\(jobs)")
    let end = try #require(moments.last { $0.event == "ended" }?.elapsed)
    var state = ProgressState(
      experiment: name, cost: StageCost(trainExamples: 60_000, testExamples: 10_000), jobs: jobs)
    var predictions: [(time: Double, end: Double)] = []
    for moment in moments {
      let time = moment.elapsed
      if let event = try event(moment, of: plan) { state.apply(event, at: time) }
      guard moment.event == "overall" else { continue }
      state.refresh(at: time)
      if let left = state.totals(at: time).etaSeconds { predictions.append((time, time + left)) }
    }
    let later = predictions.filter { $0.time >= end / 3 }
    #expect(later.count >= 5, "\(predictions)")
    for (time, predicted) in later {
      #expect((0.75 * end...1.25 * end).contains(predicted), "at \(time) of \(end): \(predicted)")
    }
  }

  private func event(_ moment: Moment, of plan: Plan) throws -> SchedulerEvent? {
    if moment.event == "planned" { return .planned(stages: Array(plan.stages), stored: []) }
    guard let title = moment.stage else { return nil }
    let stage = try plan.stage(title)
    switch moment.event {
    case "started": return .started(stage)
    case "ended":
      return .ended(
        stage,
        StageResult(
          StageManifest(
            key: stage.key, work: stage.work, ending: .finished, programVersion: "0",
            environment: machine, seconds: 1, examples: 1, peakMemory: 1), isCached: false))
    default:
      if let epoch = moment.epoch, let epochs = moment.epochs, let step = moment.step,
        let steps = moment.steps
      {
        return .worker(
          stage.key,
          .training(
            .init(epoch: epoch, epochs: epochs, step: step, steps: steps, loss: 1, accuracy: 0)))
      }
      guard let examples = moment.examples, let fraction = moment.fraction else { return nil }
      return .worker(
        stage.key,
        .evaluating(
          .init(
            done: 0, examples: examples, correct: 0, underWay: fraction * Double(examples))))
    }
  }

  @Test func `needs one stage of each kind, and these begin first`() async throws {
    let plan = try smallPlan()
    let stages = Array(plan.stages)
    let cost = StageCost(trainExamples: 60_000, testExamples: 10_000)
    func probes(_ estimator: TimeEstimator?, stored: Set<StageKey> = []) -> [String] {
      ExpectedTimes.probes(
        of: stages, isStored: { stored.contains(stages[$0].key) }, cost: cost, estimator: estimator
      ).map { stages[$0].title }
    }
    let all = probes(nil)
    try expectSnapshot(all.map { $0 + "\n" }.joined(), named: "probes.txt")
    // What an evaluation reads comes before it.
    let training = try #require(all.firstIndex { $0.hasPrefix("train base") })
    let evaluation = try #require(all.firstIndex { $0.hasPrefix("evaluate base") })
    #expect(training < evaluation)

    try await withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let launcher = FakeLauncher(storingIn: store)
      let places = ExpectedTimes.probes(
        of: stages, isStored: { _ in false }, cost: cost, estimator: nil)
      _ = await Scheduler(
        stages: stages, store: store, launcher: launcher, early: places,
        options: .init(jobs: 1)
      ).run()
      #expect(Array(launcher.order.prefix(all.count)) == all)
      let known = stages.compactMap { store.entry($0.key).manifest }
      let estimator = TimeEstimator(known, cost: cost, environment: machine)
      #expect(probes(estimator) == [])
      #expect(probes(nil, stored: Set(stages.map(\.key))) == [])
    }
  }

  @Test func `counts what an unequal tail costs`() throws {
    let plan = try smallPlan(seeds: "[1, 2, 3]", steps: "[0.1]")
    let trainings = plan.stages.filter { $0.title.hasPrefix("train robust") }
    #expect(trainings.count == 3)
    var state = ProgressState(
      experiment: "x", cost: StageCost(trainExamples: 60_000, testExamples: 10_000), jobs: 2)
    state.apply(.planned(stages: trainings, stored: []), at: 0)
    for stage in trainings.prefix(2) { state.apply(.started(stage), at: 0) }
    for stage in trainings.prefix(2) {
      state.apply(
        .worker(
          stage.key,
          .training(.init(epoch: 1, epochs: 2, step: 50, steps: 50, loss: 1, accuracy: 0))),
        at: 10)
    }
    state.refresh(at: 11)
    // Two halves at once, then one whole alone: not the mean of the work over both jobs.
    let left = try #require(state.totals(at: 11).etaSeconds)
    #expect((30...34).contains(left), "\(left)")
  }
}
