import Experiments
import Settings
import Results
import Runner
import Testing

@Suite("The time of a plan")
struct PlannedTimeTests {
  private let cost = StageCost(trainExamples: 60_000, testExamples: 10_000)

  /// What the store would say of a stage that took so long.
  private func manifest(
    _ stage: Stage, seconds: Double, cpu: String = machine.cpu,
    ending: StageManifest.Ending = .finished
  ) -> StageManifest {
    var environment = machine
    environment.cpu = cpu
    return StageManifest(
      key: stage.key, work: stage.work, ending: ending, programVersion: "0",
      environment: environment, seconds: seconds, examples: cost.examples(stage.work),
      peakMemory: 1)
  }

  private func estimator(_ manifests: [StageManifest]) -> TimeEstimator {
    TimeEstimator(manifests, cost: cost, environment: machine)
  }

  private func estimate(
    _ estimator: inout TimeEstimator, _ work: StageWork
  ) throws -> TimeEstimator.Estimate {
    let estimate = estimator.estimate(work)
    return try #require(estimate)
  }

  /// A training with other numbers of epochs and examples.
  private func longer(_ stage: Stage, epochs: Int, examples: Int) throws -> StageWork {
    guard case .train(var work) = stage.work else { throw NotATraining() }
    work.training.epochs = epochs
    work.dataset.trainLimit = examples
    return .train(work)
  }

  private struct NotATraining: Error {}

  @Test func `is a number for any numbers of a spec`() throws {
    let stage = try smallPlan().stages[0]
    for (epochs, examples) in [(Int.max, Int.max), (1_000_000, Int.max), (1, 1)] {
      let vast = StageCost(trainExamples: .max, testExamples: .max)
      let work = try longer(stage, epochs: epochs, examples: examples)
      #expect(vast.examples(work) > 0)
    }
    for seconds in [Double.nan, .infinity, -.infinity, 1e300] {
      let words = [Words.seconds(seconds), Words.duration(seconds), Words.clock(seconds)]
      #expect(!words.contains(""))
    }
  }

  @Test func `grows with examples and epochs`() throws {
    let plan = try smallPlan()
    let stage = try plan.stage("train base seed=1")
    var estimator = estimator([manifest(stage, seconds: 2)])
    let same = try estimate(&estimator, stage.work)
    #expect(abs(same.seconds - 2) < 1e-9)
    #expect(same.basis == .same)
    #expect(same.stages == 1)
    // 2 epochs of 64 examples were stored.
    let more = try estimate(
      &estimator, try longer(stage, epochs: 10, examples: 640))
    #expect(abs(more.seconds - 100) < 1e-9)
  }

  @Test func `goes by the same method before others`() throws {
    let plan = try smallPlan(steps: "[0.1]")
    let base = try plan.stage("train base seed=1")
    let robust = try plan.stage("train robust seed=1")
    var rough = estimator([manifest(base, seconds: 1)])
    let estimate = try self.estimate(&rough, robust.work)
    #expect(estimate.basis == .architecture)
    // Twice the passes: clean images and their neighbors.
    #expect(abs(estimate.seconds - 2) < 1e-9)
    var exact = estimator([manifest(base, seconds: 1), manifest(robust, seconds: 5)])
    let better = try self.estimate(&exact, robust.work)
    #expect(better.basis == .same)
    #expect(abs(better.seconds - 5) < 1e-9)
  }

  @Test func `is not known of other kinds and of what diverged`() throws {
    let plan = try smallPlan()
    let training = try plan.stage("train base seed=1")
    var some = estimator([manifest(training, seconds: 1)])
    let other = some.estimate(try plan.stage("evaluate base clean seed=1").work)
    #expect(other == nil)
    var none = estimator([manifest(training, seconds: 1, ending: .diverged(reason: "nan"))])
    let diverged = none.estimate(training.work)
    #expect(diverged == nil)
  }

  @Test func `goes by this machine, and says where it cannot`() throws {
    let plan = try smallPlan()
    let stage = try plan.stage("train base seed=1")
    let other = try plan.stage("train base seed=2")
    let stored = [manifest(stage, seconds: 1), manifest(other, seconds: 9, cpu: "another")]
    var own = estimator(stored)
    #expect(try estimate(&own, other.work).seconds == 1)
    #expect(!own.isForeign)
    let foreign = estimator([stored[1]])
    #expect(foreign.isForeign)
    let time = PlannedTime(PlannedStages([stage]), stored: [], jobs: 1, estimator: foreign)
    #expect(time.lines[1].hasSuffix(", on another machine"))
  }

  @Test func `follows the graph and the number of jobs`() throws {
    let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
    // Two trainings, then three evaluations of each.
    let estimator = estimator(
      plan.stages.map { manifest($0, seconds: $0.isTraining ? 10 : 1) })
    func seconds(_ jobs: Int, stored: Set<StageKey> = []) -> Double {
      PlannedTime(plan.stages, stored: stored, jobs: jobs, estimator: estimator).seconds
    }
    #expect(plan.stages.count == 8)
    #expect(abs(seconds(1) - 26) < 1e-9)
    #expect(abs(seconds(2) - 13) < 1e-9)
    // More workers than there is to do wait for the trainings.
    #expect(abs(seconds(100) - 11) < 1e-9)
    let trained = Set(plan.stages.filter(\.isTraining).map(\.key))
    #expect(abs(seconds(2, stored: trained) - 3) < 1e-9)
    #expect(seconds(2, stored: Set(plan.stages.map(\.key))) == 0)
  }

  @Test func `is said in words`() throws {
    let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
    let trainings = plan.stages.filter(\.isTraining)
    func lines(_ manifests: [StageManifest], stored: Set<StageKey> = []) -> [String] {
      PlannedTime(plan.stages, stored: stored, jobs: 1, estimator: estimator(manifests)).lines
    }
    #expect(lines([]) == ["unknown: nothing similar is stored"])
    #expect(lines([], stored: Set(plan.stages.map(\.key))) == ["nothing to run"])
    #expect(
      lines(trainings.map { manifest($0, seconds: 100) }) == [
        "more than 3 min with 1 job",
        "2 stages from stored ones with the same architecture and the same method or attack",
        "6 stages unknown: nothing similar is stored",
      ])
  }
}
