import Experiments
import Results
import Runner
import TestSupport
import Testing

@Suite("The live display")
struct LiveSizeTests {
  /// A state by chance: some stages stored, up to 200 running, some ended.
  private func state(
    _ stages: [Stage], _ random: inout SystemRandomNumberGenerator
  ) -> (ProgressState, time: Double) {
    var state = ProgressState(
      experiment: ["x", "an-experiment-with-a-long-name"].randomElement(using: &random) ?? "x",
      cost: StageCost(trainExamples: 60_000, testExamples: 10_000),
      jobs: Int.random(in: 1...200, using: &random))
    let stored = Set(stages.filter { _ in Int.random(in: 0..<10, using: &random) == 0 }.map(\.key))
    state.apply(.planned(stages: stages, stored: stored), at: 0)
    var time = 0.0
    var started: [Stage] = []
    for stage in stages where !stored.contains(stage.key) && started.count < 200 {
      time += Double.random(in: 0...3, using: &random)
      if Bool.random(using: &random) {
        state.apply(.started(stage), at: time)
        started.append(stage)
        let share = Double.random(in: 0...1, using: &random)
        let event: WorkerEvent =
          stage.isTraining
          ? .training(
            .init(
              epoch: 7, epochs: 100, step: Int(share * 18_750), steps: 18_750,
              loss: share < 0.1 ? 6e27 : share, accuracy: share))
          : .evaluating(.init(done: Int(share * 1000), examples: 1000, correct: 7))
        state.apply(.worker(stage.key, event), at: time)
      }
      if Int.random(in: 0..<20, using: &random) == 0, let one = started.popLast() {
        state.apply(
          .ended(one, StageResult(failed: .crashed, reason: "killed by SIGSEGV", seconds: 3)),
          at: time)
      }
    }
    return (state, time)
  }

  @Test func `fits a window of any size, whatever runs`() throws {
    let stages = Array(
      try smallPlan(
        seeds: "[1, 2, 3, 4, 5, 6, 7, 8]", steps: "[0.1, 0.2, 0.3]",
        sweeping: "hparams.learning_rate: [0.001, 0.002, 0.003]"
      ).stages)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<10 {
      let (state, time) = state(stages, &random)
      for _ in 0..<12 {
        let width = Int.random(in: 20...300, using: &random)
        let height = Int.random(in: 5...100, using: &random)
        let lines = state.liveLines(at: time, .init(width: width, height: height, hasColor: false))
        #expect(lines.count < height, "\(lines.count) lines in \(width)x\(height)")
        for line in lines { #expect(line.count < width, "\(line) in \(width)x\(height)") }
        #expect(!lines.isEmpty)
      }
    }
  }

  @Test func `sums up what runs beyond its height`() throws {
    let stages = Array(
      try smallPlan(
        seeds: "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", steps: "[0.1, 0.2, 0.3, 0.4, 0.5]",
        sweeping: "hparams.learning_rate: [0.001, 0.002, 0.003, 0.004]"
      ).stages)
    let trainings = Array(stages.filter(\.isTraining).prefix(200))
    #expect(trainings.count == 200)
    var state = ProgressState(
      experiment: "x", cost: StageCost(trainExamples: 60_000, testExamples: 10_000), jobs: 200)
    state.apply(.planned(stages: stages, stored: []), at: 0)
    for stage in trainings {
      state.apply(.started(stage), at: 1)
      state.apply(
        .worker(
          stage.key,
          .training(
            .init(epoch: 1, epochs: 2, step: 30, steps: 60, loss: 0.5, accuracy: 0.5))), at: 5)
    }
    let lines = state.liveLines(at: 6, .init(width: 100, height: 20, hasColor: false))
    #expect(lines.contains { $0.contains("200 running") })
    #expect(lines.contains { $0.hasPrefix("  and ") && $0.hasSuffix(" more") })
    try expectSnapshot(lines.map { $0 + "\n" }.joined(), named: "live-200.txt")
  }
}
