import Experiments
import Settings
import Files
import FoundationEssentials
import Learning
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite("The launcher of local processes")
struct LocalLauncherTests {
  /// Launches a shell script in the worker's place.
  private func launch(
    _ script: String, cancelAfter: Duration? = nil,
    cancelWhen isTime: (([WorkerEvent]) -> Bool)? = nil, deadline: ContinuousClock.Instant? = nil,
    kills: MemoryKills = MemoryKills(files: [])
  ) async throws -> (outcome: LaunchOutcome, events: [WorkerEvent], log: String?) {
    try await withTemporaryFolder { folder in
      let data = try tinyData(in: folder)
      let store = ContentStore(folder.appending("store"))
      let launcher = LocalLauncher(
        store: store, dataset: data, programVersion: "0", executable: "/bin/sh",
        arguments: ["-c", script], memoryKills: kills)
      let stage = try smallPlan().stages[0]
      let events = Box<WorkerEvent>()
      let work = Task {
        await launcher.launch(stage, threads: 1, deadline: deadline) { events.add($0) }
      }
      if let cancelAfter {
        try await Task.sleep(for: cancelAfter)
        work.cancel()
      }
      if let isTime {
        while !isTime(events.all) { try await Task.sleep(for: .milliseconds(20)) }
        work.cancel()
      }
      let outcome = await work.value
      return (outcome, events.all, try? text(store.logPath(of: stage.key)))
    }
  }

  @Test func `passes events on and keeps no log of what went well`() async throws {
    let result = try await launch(
      """
      read -r request; echo working >&2
      echo '{"started":{"processIdentifier":7}}'
      printf '{"finished":{"peakMemory":1,"seconds":2}}'
      """)
    #expect(result.outcome == .finished)
    #expect(
      result.events == [.started(processIdentifier: 7), .finished(seconds: 2, peakMemory: 1)])
    #expect(result.log == nil)
  }

  @Test func `hands the request over`() async throws {
    let result = try await launch(#"read -r line; printf '%s\n' "$line" >&2; exit 1"#)
    let log = try #require(result.log)
    let line = try #require(log.split(separator: "\n").first)
    let request = try JSONDecoder().decode(WorkerRequest.self, from: Data(line.utf8))
    #expect(request.stage == (try smallPlan().stages[0]))
    #expect(request.programVersion == "0")
  }

  @Test(
    arguments: [
      ("exit 5", "exit status 5"),
      ("exit 3", "stopped by SIGTERM; the same command goes on from there"),
      ("echo one >&2; echo two >&2; echo >&2; exit 4", "exit status 4; its last message: two"),
      ("kill -SEGV $$", "killed by SIGSEGV"),
      (
        "kill -XFSZ $$",
        "killed by SIGXFSZ, a file grew beyond the limit of file sizes (`ulimit -f`)"
      ),
      (
        "echo oh >&2; kill -KILL $$",
        "killed by SIGKILL, as the system does if memory runs out; its last message: oh"
      ),
      (
        #"echo '{"failed":{"reason":"cannot write x"}}'; echo noise >&2; exit 1"#, "cannot write x"
      ),
    ])
  func `says why a worker died`(script: String, reason: String) async throws {
    #expect(try await launch(script).outcome == .crashed(reason: reason))
  }

  @Test(
    arguments: [
      (
        """
        echo 'Fatal error: failed to allocate 155332903144 bytes of memory' >&2
        echo 'Current stack trace:' >&2; echo '19 0x000055e6b6cb5de0 _start + 33' >&2; kill -ABRT $$
        """,
        LaunchOutcome.outOfMemory(
          reason: "killed by SIGABRT; its last message: "
            + "Fatal error: failed to allocate 155332903144 bytes of memory")
      ),
      (
        "echo 'terminate called after std::bad_alloc' >&2; exit 134",
        .outOfMemory(
          reason: "exit status 134; its last message: terminate called after std::bad_alloc")
      ),
      (
        #"echo '{"failed":{"cause":"disk-full","reason":"cannot write x"}}'; exit 1"#,
        .diskFull(reason: "cannot write x")
      ),
      (
        #"echo '{"failed":{"cause":"out-of-memory","reason":"no memory"}}'; exit 1"#,
        .outOfMemory(reason: "no memory")
      ),
    ])
  func `tells want of memory and of room from other failures`(
    script: String, outcome: LaunchOutcome
  ) async throws {
    #expect(try await launch(script).outcome == outcome)
  }

  @Test func `knows a worker that the system has killed for lack of memory by its count`()
    async throws
  {
    try await withTemporaryFolder { folder in
      let count = folder.appending("memory.events")
      try write("low 0\noom 1\noom_kill 1\n", to: count)
      func launch(_ script: String) async throws -> LaunchOutcome {
        try await self.launch(
          "read -r request; echo oh >&2; \(script) kill -KILL $$",
          kills: MemoryKills(files: [folder.appending("none"), count])
        ).outcome
      }
      #expect(
        try await launch("printf 'oom_kill 2\\n' > \(count);")
          == .outOfMemory(
            reason: "killed by the system because memory ran out; its last message: oh"))
      guard case .crashed = try await launch("") else {
        Issue.record("nothing was counted")
        return
      }
    }
  }

  @Test func `lets garbage on standard output pass into the log`() async throws {
    let result = try await launch(
      #"""
      echo 'library,info'; head -c 300000 /dev/zero | tr '\0' x; echo
      head -c 1000 /dev/urandom; echo
      echo '{"failed":{"reason":"no luck"}}'; exit 1
      """#)
    #expect(result.outcome == .crashed(reason: "no luck"))
    #expect(result.events == [.failed(reason: "no luck")])
    #expect(try #require(result.log).hasPrefix("stdout: library,info\nstdout: xxx"))
  }

  @Test func `takes any amount of words on standard error`() async throws {
    let result = try await launch(
      "head -c 20000000 /dev/zero | tr '\\0' y >&2; echo >&2; echo the end >&2; exit 9")
    #expect(result.outcome == .crashed(reason: "exit status 9; its last message: the end"))
    #expect(try #require(result.log).utf8.count > 20_000_000)
  }

  /// Launches stages of the small plan one after the other, by one launcher.
  private func launch(
    _ count: Int, by script: String
  ) async throws -> (outcomes: [LaunchOutcome], logs: [String?], requests: [Bool]) {
    try await withTemporaryFolder { folder in
      let data = try tinyData(in: folder)
      let store = ContentStore(folder.appending("store"))
      let launcher = LocalLauncher(
        store: store, dataset: data, programVersion: "0", executable: "/bin/sh",
        arguments: ["-c", script])
      var outcomes: [LaunchOutcome] = []
      let stages = try smallPlan().stages.prefix(count)
      for stage in stages { outcomes.append(await launcher.launch(stage) { _ in }) }
      await launcher.end()
      return (
        outcomes, stages.map { try? text(store.logPath(of: $0.key)) },
        stages.map { (try? text(store.requestPath(of: $0.key))) != nil }
      )
    }
  }

  private static let finished = #"echo '{"finished":{"peakMemory":1,"seconds":2}}'"#

  @Test func `has one worker do stage after stage, also after one that failed`() async throws {
    let result = try await launch(
      3,
      by: #"""
        number=0
        while read -r request; do
          number=$((number + 1))
          case $number in
            2) echo '{"failed":{"reason":"no luck at 2"}}';;
            3) printf '{"failed":{"reason":"at %s"}}\n' $number;;
            *) \#(Self.finished);;
          esac
        done
        """#)
    #expect(
      result.outcomes == [.finished, .crashed(reason: "no luck at 2"), .crashed(reason: "at 3")])
    #expect(result.requests == [false, true, true])
  }

  @Test func `starts another worker after one that has died, in its work or between two`()
    async throws
  {
    let between = try await launch(3, by: "read -r request; \(Self.finished)")
    #expect(between.outcomes == [.finished, .finished, .finished])
    let within = try await launch(
      2,
      by: """
        read -r request; \(Self.finished)
        read -r request; echo '{"started":{"processIdentifier":1}}'; kill -SEGV $$
        """)
    #expect(within.outcomes == [.finished, .crashed(reason: "killed by SIGSEGV")])
  }

  @Test func `tells its workers the end, and waits for theirs`() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try await launch(
      1, by: "while read -r request; do \(Self.finished); done; echo over >&2")
    #expect(result.outcomes == [.finished])
    #expect(clock.now - start < .seconds(3600))
  }

  @Test func `ends the worker when it is cancelled`() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try await launch(
      "echo hello >&2; exec sleep 86400", cancelAfter: .milliseconds(200))
    #expect(result.outcome == .cancelled)
    #expect(clock.now - start < .seconds(3600))
  }

  @Test func `asks the worker to stop when it is cancelled, and listens to its end`() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try await launch(
      """
      trap 'echo saving >&2; sleep 0.3; echo "{\\"stopped\\":{}}"; exit 3' TERM
      echo '{"started":{"processIdentifier":7}}'
      while true; do sleep 0.05; done
      """, cancelWhen: { !$0.isEmpty })
    #expect(result.outcome == .cancelled)
    #expect(result.events == [.started(processIdentifier: 7), .stopped])
    #expect(clock.now - start < .seconds(1000))
  }

  @Test func `kills a worker that does not stop within two seconds`() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try await launch(
      """
      trap '' TERM; echo '{"started":{"processIdentifier":7}}'
      while true; do sleep 0.05; done
      """, cancelWhen: { !$0.isEmpty })
    #expect(result.outcome == .cancelled)
    #expect(clock.now - start > .seconds(2))
  }

  @Test func `kills a worker whose time is over`() async throws {
    let result = try await launch(
      """
      trap 'echo "{\\"stopped\\":{}}"; exit 3' TERM; echo '{"started":{"processIdentifier":7}}'
      while true; do sleep 0.05; done
      """, cancelWhen: { !$0.isEmpty }, deadline: ContinuousClock.now)
    #expect(result.outcome == .cancelled)
    #expect(result.events == [.started(processIdentifier: 7)])
  }

  @Test func `does not begin what cannot fit into memory`() async throws {
    try await withTemporaryFolder { folder in
      let data = try tinyData(in: folder)
      let launcher = LocalLauncher(
        store: ContentStore(folder.appending("store")), dataset: data, programVersion: "0",
        executable: "/bin/false", memory: 1_000_000)
      let outcome = await launcher.launch(try smallPlan().stages[0], onEvent: { _ in })
      guard case .tooLarge(let reason) = outcome else {
        Issue.record("began")
        return
      }
      #expect(reason.hasPrefix("needs at least "), "\(reason)")
      #expect(reason.hasSuffix("parameters); there are 1 MB"), "\(reason)")
    }
  }

  @Test func `says that there is no such program`() async throws {
    try await withTemporaryFolder { folder in
      let data = try tinyData(in: folder)
      let launcher = LocalLauncher(
        store: ContentStore(folder.appending("store")), dataset: data, programVersion: "0",
        executable: folder.appending("nothing"))
      guard
        case .crashed(let reason) = await launcher.launch(
          try smallPlan().stages[0], onEvent: { _ in })
      else {
        Issue.record("started nothing well")
        return
      }
      #expect(reason.hasPrefix("the worker could not be started: "))
    }
  }
}
