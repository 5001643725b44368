import Experiments
import Settings
import Results
import Runner
import TestSupport
import Testing

@Suite("Progress")
struct ProgressTests {
  private let plan: Plan
  /// What happens, and when.
  private let story: [(time: Double, event: SchedulerEvent)]

  init() throws {
    plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
    let base = try plan.stage("train base seed=1")
    let robust = try plan.stage("train robust seed=1")
    let clean = try plan.stage("evaluate base clean seed=1")
    let fgsm = try plan.stage("evaluate base fgsm epsilon=0.1 seed=1")
    let stored = try plan.stage("evaluate robust clean seed=1")
    func training(_ epoch: Int, _ step: Int, _ loss: Double, _ accuracy: Double) -> WorkerEvent {
      .training(
        .init(epoch: epoch, epochs: 2, step: step, steps: 1875, loss: loss, accuracy: accuracy))
    }
    story = [
      (0, .planned(stages: Array(plan.stages), stored: [stored.key])),
      (0.1, .started(base)), (0.1, .started(robust)),
      (0.2, .worker(base.key, .started(processIdentifier: 9))),
      (10, .worker(base.key, training(1, 812, 0.30214, 0.9071))),
      (
        20,
        .worker(
          base.key,
          .epoch(.init(epoch: 1, epochs: 2, step: 1875, steps: 1875, loss: 0.2, accuracy: 0.9512)))
      ),
      (25, .worker(robust.key, training(1, 900, 1.5, 0.5))),
      (
        40,
        .worker(
          base.key,
          .epoch(.init(epoch: 2, epochs: 2, step: 1875, steps: 1875, loss: 0.04, accuracy: 0.9871)))
      ),
      (40, .ended(base, ended(base, seconds: 39.9))),
      (41, .started(clean)),
      (41.5, .worker(clean.key, .evaluating(.init(done: 512, examples: 1000, correct: 500)))),
      (42, .ended(clean, ended(clean, seconds: 0.83))),
      (43, .started(fgsm)),
      (44, .worker(fgsm.key, .evaluating(.init(done: 250, examples: 1000, correct: 100)))),
      (50, .worker(robust.key, training(2, 3, 1.25, 0.75))),
      (75, .ended(fgsm, StageResult(failed: .crashed, reason: "killed by SIGSEGV", seconds: 32))),
      (
        3000, .ended(robust, StageResult(failed: .diverged, reason: "epoch 2, step 9: loss is nan"))
      ),
    ]
  }

  private func state(until time: Double) -> ProgressState {
    var state = ProgressState(
      experiment: plan.experiment, cost: StageCost(trainExamples: 60_000, testExamples: 10_000))
    for moment in story where moment.time <= time { state.apply(moment.event, at: moment.time) }
    return state
  }

  @Test(arguments: [true, false])
  func `is plain lines where there is no terminal`(detail: Bool) throws {
    var state = ProgressState(
      experiment: plan.experiment, cost: StageCost(trainExamples: 60_000, testExamples: 10_000))
    var text = ""
    for moment in story {
      text += state.lines(for: moment.event, detail: detail).map { $0 + "\n" }.joined()
      state.apply(moment.event, at: moment.time)
    }
    try expectSnapshot(text, named: detail ? "plain.txt" : "plain-terminal.txt")
  }

  @Test(arguments: [100, 60, 30])
  func `is a display as wide as the terminal`(width: Int) throws {
    var text = ""
    for time in [0, 1, 12, 25, 44.5, 60, 80] {
      let lines = state(until: time).liveLines(
        at: time, .init(width: width, height: 24, hasColor: false))
      #expect(lines.allSatisfy { $0.count < width })
      text += "--- \(time) s\n" + lines.map { $0 + "\n" }.joined()
    }
    try expectSnapshot(text, named: "live-\(width).txt")
  }

  @Test func `moves within a batch, and takes no time from what an earlier run did`() throws {
    func line(_ title: String, _ event: WorkerEvent) throws -> String {
      let stage = try plan.stage(title)
      var state = ProgressState(
        experiment: plan.experiment, cost: StageCost(trainExamples: 60_000, testExamples: 10_000))
      state.apply(.planned(stages: [stage], stored: []), at: 0)
      state.apply(.started(stage), at: 0)
      state.apply(.worker(stage.key, event), at: 10)
      return state.progressLine(at: 10)
    }
    func line(_ position: WorkerEvent.EvaluationPosition) throws -> String {
      try line("evaluate base clean seed=1", .evaluating(position))
    }
    let first = try line(.init(done: 400, examples: 1000, correct: 1, underWay: 100))
    #expect(first.contains("50 % done") && first.contains("about 0:10 left"), "\(first)")
    let later = try line(.init(done: 500, examples: 1000, correct: 1, underWay: 100, earlier: 500))
    #expect(later.contains("60 % done") && later.contains("about 0:40 left"), "\(later)")
    let training = try line(
      "train base seed=1",
      .training(
        .init(epoch: 4, epochs: 5, step: 0, steps: 100, loss: 1, accuracy: 0, earlier: 250)))
    #expect(training.contains("60 % done") && training.contains("about 0:40 left"), "\(training)")
  }

  @Test func `has colours where they are wanted`() throws {
    let lines = state(until: 44).liveLines(at: 50, .init(width: 80, height: 24, hasColor: true))
    try expectSnapshot(
      lines.map { $0.replacing("\u{1B}", with: "\\e") + "\n" }.joined(), named: "live-colour.txt")
  }

  /// Six trainings that share words in front, as a sweep has them.
  private func sweep(until seconds: Double) throws -> ProgressState {
    let plan = try smallPlan(seeds: "[1, 2]", steps: "[0.05, 0.1, 0.2]")
    var state = ProgressState(
      experiment: plan.experiment, cost: StageCost(trainExamples: 60_000, testExamples: 10_000))
    state.apply(.planned(stages: Array(plan.stages), stored: []), at: 0)
    let stages = plan.stages.filter { $0.title.hasPrefix("train robust") }
    #expect(stages.count == 6)
    for (index, stage) in stages.enumerated() {
      state.apply(.started(stage), at: 0.1)
      state.apply(
        .worker(
          stage.key,
          .training(
            .init(
              epoch: 1, epochs: 2, step: 812 + index, steps: 1875, loss: index == 3 ? 6.02e27 : 0.3,
              accuracy: 0.9071))),
        at: seconds)
    }
    return state
  }

  @Test(arguments: [100, 80, 60, 45, 30])
  func `keeps what tells stages apart, their accuracy and their time`(width: Int) throws {
    let lines = try sweep(until: 20).liveLines(
      at: 20, .init(width: width, height: 24, hasColor: false))
    let stages = lines.filter { $0.contains(" %") }
    #expect(stages.count == 6)
    #expect(lines.allSatisfy { $0.count < width })
    // No two lines are the same but for their numbers.
    #expect(Set(stages.map { $0.prefix { $0 != "%" } }).count == 6, "\(stages)")
    if width >= 60 {
      #expect(stages.allSatisfy { $0.contains("accuracy 90.71 %") && $0.hasSuffix(" left") })
    }
    try expectSnapshot(lines.map { $0 + "\n" }.joined(), named: "live-sweep-\(width).txt")
  }

  /// Trainings of a sweep of three axes with one seed, and one of them alone.
  @Test(arguments: [110, 80, 60])
  func `names the settings of values in the line above them`(width: Int) throws {
    let plan = try smallPlan(
      seeds: "[1]",
      steps:
        "[0.05, 0.2], adversarial.adv_multiplier: [0.2, 0.5], adversarial.adv_grad_norm: [l2, linf]"
    )
    var text = ""
    for count in [4, 1] {
      var state = ProgressState(
        experiment: plan.experiment, cost: StageCost(trainExamples: 60_000, testExamples: 10_000))
      state.apply(.planned(stages: Array(plan.stages), stored: []), at: 0)
      for stage in plan.stages.filter({ $0.title.hasPrefix("train robust") }).prefix(count) {
        state.apply(.started(stage), at: 0.1)
        state.apply(
          .worker(
            stage.key,
            .training(
              .init(epoch: 1, epochs: 2, step: 812, steps: 1875, loss: 0.3, accuracy: 0.9071))),
          at: 20)
      }
      let lines = state.liveLines(at: 20, .init(width: width, height: 14, hasColor: false))
      #expect(lines.count { $0.contains(" 21 %") } == count)
      #expect(lines.allSatisfy { $0.count < width })
      text += lines.map { $0 + "\n" }.joined()
    }
    try expectSnapshot(text, named: "live-axes-\(width).txt")
  }

  @Test func `uses a high terminal for failures, the best accuracies and the queue`() throws {
    var text = ""
    for (time, height) in [(60.0, 50), (80, 50), (80, 16), (80, 8)] {
      let lines = state(until: time).liveLines(
        at: time, .init(width: 120, height: height, hasColor: false))
      #expect(lines.count <= max(3, height / 2))
      text += "--- \(time) s, \(height) rows\n" + lines.map { $0 + "\n" }.joined()
    }
    try expectSnapshot(text, named: "live-panels.txt")
  }

  @Test func `says now and then how far it is where there is no terminal`() async throws {
    #expect(
      state(until: 60).progressLine(at: 60)
        == "small: 3/8 stages, 46 % done after 1:00, about 1:08 left; running: train robust seed=1 "
        + "50 %, evaluate base fgsm epsilon=0.1 seed=1 25 %")
    let output = Box<String>()
    let display = ProgressDisplay(
      terminal: Terminal(isInteractive: false, hasColor: false), verbosity: .normal
    ) { output.add($0) }
    display.begin(
      ProgressState(experiment: "x", cost: StageCost(trainExamples: 60_000, testExamples: 10_000)))
    display.apply(story[0].event)
    let animation = Task { await display.animate(pause: 0.01) }
    while output.all.count < 3 { try await Task.sleep(for: .milliseconds(5)) }
    animation.cancel()
    #expect(output.all[0] == "x: 8 stages, 1 stored already, 7 to run\n")
    #expect(output.all[1].hasPrefix("x: 1/8 stages, 0 % done after "))
  }

  @Test func `writes a loss that has diverged in few digits`() {
    #expect(Words.loss(0.30214) == "0.3021")
    #expect(Words.loss(99_999.5) == "99999.5000")
    #expect(Words.loss(6.02214e27) == "6.02e+27")
    #expect(Words.loss(123_456) == "1.23e+05")
    #expect(Words.loss(.nan) == "nan" && Words.loss(.infinity) == "inf")
  }

  @Test func `leaves out stages that have no room`() throws {
    let lines = state(until: 44).liveLines(at: 50, .init(width: 80, height: 4, hasColor: false))
    #expect(lines.count == 2)
    #expect(lines.last == "  and 2 more")
  }

  @Test(arguments: 1...6)
  func `and the cursor below it are lower than the terminal`(height: Int) {
    let lines = state(until: 44).liveLines(
      at: 50, .init(width: 80, height: height, hasColor: false))
    #expect(lines.count == min(3, max(1, height - 2)))
  }

  @Test func `clears row by row, so that nothing goes into a terminal's history`() {
    let escape = "\u{1B}"
    #expect(ProgressDisplay.frame(["a", "b"], over: 0) == "a\nb\n")
    #expect(
      ProgressDisplay.frame(["a", "b"], over: 2) == "\(escape)[2A\ra\(escape)[K\nb\(escape)[K\n")
    #expect(
      ProgressDisplay.frame(["a"], over: 3)
        == "\(escape)[3A\ra\(escape)[K\n\(escape)[2K\n\(escape)[2K\n\(escape)[2A")
    #expect(ProgressDisplay.frame([], over: 1) == "\(escape)[1A\r\(escape)[2K\n\(escape)[1A")
  }

  @Test func `shows nothing that a terminal would obey`() {
    let output = Box<String>()
    let display = ProgressDisplay(
      terminal: Terminal(isInteractive: false, hasColor: false), verbosity: .normal
    ) { output.add($0) }
    display.warn("a \u{1B}[2J\u{202E}name\n  on two lines")
    #expect(output.all == ["a \u{FFFD}[2J\u{FFFD}name\n  on two lines\n"])
  }

  @Test func `is nothing when all is done`() throws {
    var state = ProgressState(
      experiment: "x", cost: StageCost(trainExamples: 1, testExamples: 1))
    let event = SchedulerEvent.planned(
      stages: Array(plan.stages), stored: Set(plan.stages.map(\.key)))
    #expect(state.lines(for: event, detail: true) == ["x: 8 stages, all stored already"])
    state.apply(event, at: 0)
    #expect(state.liveLines(at: 1, .init(width: 80, height: 24, hasColor: false)).isEmpty)
  }

  @Test func `takes its display away and says little where it is to be quiet`() async throws {
    for verbosity in [Verbosity.normal, .quiet] {
      let output = Box<String>()
      let display = ProgressDisplay(
        terminal: Terminal(isInteractive: true, hasColor: false), verbosity: verbosity
      ) { output.add($0) }
      display.begin(
        ProgressState(
          experiment: "x", cost: StageCost(trainExamples: 60_000, testExamples: 10_000)))
      for moment in story { display.apply(moment.event) }
      display.note("a note")
      display.finish()
      display.warn("a warning")
      let text = output.all.joined()
      if verbosity == .quiet {
        try expectSnapshot(text, named: "quiet.txt")
      } else {
        #expect(text.hasSuffix("a note\na warning\n"))
        #expect(text.contains("A\r\u{1B}[2K") && !text.contains("\u{1B}[J"))
      }
    }
  }

  @Test(
    arguments: [
      (0, "0.00 s", "0:00"), (0.834, "0.83 s", "0:01"), (9.994, "9.99 s", "0:10"),
      (59.94, "59.9 s", "1:00"), (59.96, "1 min 00 s", "1:00"), (192, "3 min 12 s", "3:12"),
      (3599.6, "1 h 00 min", "1:00:00"), (3840, "1 h 04 min", "1:04:00"),
    ])
  func `says times as people do`(seconds: Double, words: String, clock: String) {
    #expect(Words.seconds(seconds) == words)
    #expect(Words.clock(seconds) == clock)
  }
}
