import Experiments
import FoundationEssentials
import Results
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite("Progress for programs")
struct ProgressEventTests {
  private let plan: Plan
  private let cost = StageCost(trainExamples: 60_000, testExamples: 10_000)

  init() throws { plan = try smallPlan(seeds: "[1]", steps: "[0.1]") }

  /// A run with a stored stage, one that ends well, one that fails and one that goes on.
  private func story() throws -> [(time: Double, event: SchedulerEvent)] {
    let base = try plan.stage("train base seed=1")
    let robust = try plan.stage("train robust seed=1")
    let fgsm = try plan.stage("evaluate base fgsm epsilon=0.1 seed=1")
    let stored = try plan.stage("evaluate robust clean seed=1")
    return [
      (0, .planned(stages: Array(plan.stages), stored: [stored.key])),
      (0.1, .started(base)), (0.1, .started(robust)),
      (
        20,
        .worker(
          base.key,
          .epoch(.init(epoch: 1, epochs: 2, step: 50, steps: 50, loss: 0.25, accuracy: 0.875)))
      ),
      (40.1234567, .ended(base, ended(base, seconds: 39.9))), (41, .started(fgsm)),
      (44, .worker(fgsm.key, .evaluating(.init(done: 250, examples: 1000, correct: 100)))),
      (50, .worker(fgsm.key, .evaluating(.init(done: 1000, examples: 1000, correct: 400)))),
      (50, .ended(fgsm, ended(fgsm, seconds: 9))),
      (
        60,
        .ended(robust, StageResult(failed: .crashed, reason: "killed by SIGSEGV", seconds: 59.9))
      ),
    ]
  }

  /// The keys of stages, which change with every revision of the engine, replaced.
  private func withoutKeys(_ text: String) -> String {
    text.replacing(/[0-9a-f]{64}/, with: "xxxx")
  }

  @Test func `is an object per event`() throws {
    var state = ProgressState(experiment: plan.experiment, cost: cost, jobs: 2)
    var text = ""
    for moment in try story() {
      let events = state.events(for: moment.event, at: moment.time)
      text += events.map { $0.line(elapsed: moment.time) }.joined()
      state.apply(moment.event, at: moment.time)
    }
    text += ProgressEvent.overall(state.totals(at: 60)).line(elapsed: 60)
    text += ProgressEvent.message(level: .warning, text: "a \u{1B}[2Jname\nof two lines")
      .line(elapsed: 61)
    let failure = StageResult(failed: .crashed, reason: "killed by SIGSEGV", seconds: 3)
    for event in state.events(
      for: .retrying(plan.stages[0], failure, retry: 1, of: 2), at: 61.5)
    { text += event.line(elapsed: 61.5) }
    text += ProgressEvent.submitted(stages: 3, jobs: 2, arrays: [17]).line(elapsed: 62)
    let ending = ProgressEvent.RunEnding(
      exitStatus: 1, isInterrupted: false, folder: "results/small",
      failures: [.init(stage: "train robust seed=1", .crashed, reason: "killed by SIGSEGV")],
      seconds: 63.25)
    text += ProgressEvent.finished(ending).line(elapsed: 63.25)
    try expectSnapshot(withoutKeys(text), named: "progress-events.jsonl")
  }

  @Test func `is whole lines, whatever several threads say`() async throws {
    let output = Box<String>()
    let display = ProgressDisplay(
      terminal: Terminal(isInteractive: true, hasColor: true), verbosity: .verbose, mode: .json
    ) { output.add($0) }
    display.begin(ProgressState(experiment: "small", cost: cost, jobs: 2))
    let story = try story()
    display.apply(story[0].event)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          for moment in story.dropFirst() { display.apply(moment.event) }
          display.note("note \(number)")
          display.warn("on\r\ntwo lines \u{1B}[31m")
        }
      }
    }
    display.finish()
    let text = output.all.joined()
    #expect(text.hasSuffix("\n"))
    #expect(!text.contains("\r") && !text.contains("\u{1B}"))
    struct Event: Decodable {
      var event: String
      var elapsed: Double
      var schema_version: Int
    }
    let lines = text.split(separator: "\n")
    let events = try lines.map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
    #expect(events.first?.event == "planned" && events.last?.event == "overall")
    #expect(Set(events.map(\.event)).isSuperset(of: ["started", "progress", "ended", "message"]))
    #expect(events.allSatisfy { $0.schema_version == 1 && $0.elapsed >= 0 })
  }

  @Test func `is nothing where nothing is wanted`() throws {
    let output = Box<String>()
    let display = ProgressDisplay(
      terminal: Terminal(isInteractive: true, hasColor: true), verbosity: .normal, mode: .none
    ) { output.add($0) }
    display.begin(ProgressState(experiment: "small", cost: cost, jobs: 2))
    for moment in try story() { display.apply(moment.event) }
    display.finish()
    #expect(output.all == [])
    display.warn("a warning")
    #expect(output.all == ["a warning\n"])
  }

  @Test func `knows the best accuracy of what was stored before`() throws {
    try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      var stored: [StageKey: StageManifest] = [:]
      for stage in plan.stages where !stage.title.hasPrefix("evaluate robust fgsm epsilon=0.2") {
        stored[stage.key] = try store.commitCanned(stage)
      }
      func best(_ stored: [StageKey: StageManifest]) -> ProgressTotals.Best? {
        var state = ProgressState(experiment: "small", cost: cost)
        state.note(stored: stored, of: plan.stages, in: store)
        state.apply(
          .planned(stages: Array(plan.stages), stored: Set(stored.keys)), at: 0)
        return state.totals(at: 0).best
      }
      #expect(best(stored)?.evaluation.contains(" fgsm epsilon=0.1 ") == true)
      // Of a finished run nothing is read, as nothing is shown.
      let missing = try plan.stage("evaluate robust fgsm epsilon=0.2 source=base seed=1")
      stored[missing.key] = try store.commitCanned(missing)
      #expect(best(stored) == nil)
    }
  }

  @Test func `is in a file, which another process does not replace`() throws {
    try withTemporaryFolder { folder in
      let file = ProgressFile(in: folder)
      #expect(file.read() == nil)
      var state = ProgressState(experiment: "small", cost: cost, jobs: 2)
      for moment in try story().prefix(7) { state.apply(moment.event, at: moment.time) }
      let (totals, running) = (state.totals(at: 44), state.stageProgress(at: 44))
      file.write(totals, running, elapsed: 44)
      let record = try #require(file.read())
      #expect(record.totals == totals && record.running == running && record.elapsed == 44)
      #expect(
        running.map(\.stage) == ["train robust seed=1", "evaluate base fgsm epsilon=0.1 seed=1"])
      // As another process would have written it a moment ago, and long ago.
      let path = folder.appending(".progress.json")
      let own = try text(path)
      for (age, isReplaced) in [(0, false), (60, true)] {
        let other = own.replacing("\"process\":\(record.process)", with: "\"process\":1")
          .replacing("\"time\":\(record.time)", with: "\"time\":\(record.time - age)")
        try Data(other.utf8).write(to: URL(filePath: path.string))
        file.write(totals, [], elapsed: 45)
        #expect((file.read()?.process != 1) == isReplaced)
      }
    }
  }
}
