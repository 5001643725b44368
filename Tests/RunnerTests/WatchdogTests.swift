import Experiments
import Files
import Glibc
import Learning
import Results
import Runner
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite struct `A worker that says nothing` {
  /// Runs the first stage of the small plan by a shell script.
  private func run(
    _ script: String, patience: Double, retries: Int = 0, timeLimit: Duration? = nil,
    onEvent: @escaping @Sendable (SchedulerEvent) -> Void = { _ in }
  ) async throws -> StageResult {
    try await withTemporaryFolder { folder in
      let data = try tinyData(in: folder)
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let launcher = LocalLauncher(
        store: store, dataset: data, programVersion: "0", executable: "/bin/sh",
        arguments: ["-c", "read -r request; \(script)", folder.string])
      let stage = try smallPlan().stages[0]
      let results = await Scheduler(
        stages: [stage], store: store, launcher: launcher, patience: [patience],
        options: .init(jobs: 1, timeLimit: timeLimit, retries: retries), onEvent: onEvent
      ).run()
      await launcher.end()
      return try #require(results[stage.key])
    }
  }

  private static let started = #"echo "{\"started\":{\"processIdentifier\":$$}}""#
  private static let evaluating =
    #"echo '{"evaluating":{"_0":{"done":1,"examples":2,"correct":1}}}'"#

  @Test(arguments: ["exec sleep 86400", "while :; do :; done", "trap '' TERM; exec sleep 86400"])
  func `is ended`(script: String) async throws {
    let result = try await run(
      "\(Self.started); echo epoch 3 >&2; \(script)", patience: 1)
    #expect(result.status == .hung)
    #expect(result.reason == "no sign of progress for 1.00 s; its last message: epoch 3")
  }

  @Test func `from the beginning is ended, too`() async throws {
    let result = try await run("exec sleep 86400", patience: 1)
    #expect(result.status == .hung)
  }

  @Test func `is begun again, as after a crash`() async throws {
    let retries = Box<String>()
    let result = try await run(
      #"[ -e "$0/second" ] && { echo '{"failed":{"reason":"the second one"}}'; exit; }"#
        + #"; : > "$0/second"; \#(Self.started); exec sleep 86400"#,
      patience: 1, retries: 1
    ) { event in
      if case .retrying(_, let result, _, _) = event { retries.add(result.status.rawValue) }
    }
    #expect(retries.all == ["hung"])
    #expect(result.status == .crashed && result.reason == "the second one")
    #expect(result.attempts == 2)
  }

  @Test func `for less time than it may is not ended`() async throws {
    let result = try await run(
      "\(Self.started); for i in $(seq 20); do sleep 0.1; \(Self.evaluating); done; exit 9",
      patience: 1)
    #expect(result.status == .crashed, "\(result)")
    #expect(result.reason == "exit status 9", "\(result)")
  }

  @Test func `because somebody has stopped it is waited for`() async throws {
    // It is let go on by a child, after more time than it may say nothing.
    let result = try await run(
      "\(Self.started); (sleep 2.5; kill -CONT $$) & kill -STOP $$; wait; exit 9", patience: 1)
    #expect(result.status == .crashed, "\(result)")
    #expect(result.reason?.hasPrefix("exit status 9") == true, "\(result)")
  }

  @Test func `because somebody has stopped it has no more time than others`() async throws {
    let result = try await run(
      "\(Self.started); kill -STOP $$", patience: 60, timeLimit: .milliseconds(500))
    #expect(result.status == .timedOut && result.reason == "not finished within 0.50 s")
  }
}

@Suite struct `The time that a worker may say nothing` {
  private let cost = StageCost(trainExamples: 60_000, testExamples: 10_000)

  @Test func `is ten minutes at least, and twenty times a step or a batch`() throws {
    let plan = try smallPlan()
    let train = try plan.stage("train robust adv_step_size=0.1 seed=1").work
    let evaluate = try plan.stage("evaluate base clean seed=1").work
    func minutes(_ work: StageWork, _ estimate: Double?) -> Double {
      (Patience.seconds(for: work, cost: cost, estimate: estimate) / 60).rounded()
    }
    #expect(minutes(train, 1) == 10)
    // 2 epochs of 4 steps, and 2 batches.
    #expect(minutes(train, 8 * 3600) == 20 * 60)
    #expect(minutes(evaluate, 2 * 3600) == 20 * 60)
    // An hour where nothing is known.
    #expect(minutes(train, nil) == 60)
    #expect(minutes(evaluate, nil) == 60)
  }

  @Test func `is longer where much is written`() throws {
    let stage = try smallPlan().stage("evaluate base clean seed=1")
    guard case .evaluate(var work) = stage.work else { return }
    let before = Patience.seconds(for: .evaluate(work), cost: cost, estimate: 1)
    guard
      case .evaluate(let attacked) = try smallPlan().stages.first(where: {
        if case .evaluate(let work) = $0.work { work.attack != nil } else { false }
      })?.work
    else { return }
    work = attacked
    work.attack?.keep = true
    work.limit = nil
    work.dataset.testLimit = nil
    // 10,000 images, twice.
    let after = Patience.seconds(for: .evaluate(work), cost: cost, estimate: 1)
    #expect(after > before + 60)
  }
}
