import Experiments
import Results
import Runner
import Settings
import Testing

@Suite struct `The stages of a submission` {
  private struct Case {
    var record: Submission
    var plan: Plan
    var training: Stage
    var name: String

    /// Two elements: all trainings, then all evaluations.
    init() throws {
      plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      var settings = Slurm()
      settings.time = "01:00:00"
      record = Submission(
        ElementPlan(Array(plan.stages)) { _ in 1 }, experiment: "small", token: "0123456789abcdef",
        created: 1, programVersion: "0", settings: settings, largestArray: 1000)
      training = try plan.stage("train base seed=1")
      name = record.batches[0].name
    }

    func states(
      _ lines: [String], _ queue: String?, endings: [Int: JobEnding] = [:], output: String = ""
    ) -> SubmissionStates {
      var log = ElementLog()
      for line in lines { log.take(line.utf8) }
      return SubmissionStates(
        record, logs: { $0 == 0 ? log : ElementLog() }, queue: queue.map(SlurmQueue.init(parsing:)),
        endings: endings, lastWords: { _ in "free(): invalid pointer" },
        output: { $0 == 0 ? output : "" })
    }

    func state(
      _ lines: [String], _ queue: String?, endings: [Int: JobEnding] = [:], output: String = ""
    ) -> SubmissionStates.State? {
      states(lines, queue, endings: endings, output: output).states[training.key]
    }

    var began: String { #"{"began":{"host":"n1","restarts":0,"time":100}}"# }
    var started: String { #"{"started":{"_0":{"hex":"\#(training.key.hex)"}}}"# }
    func ended(_ status: String) -> String {
      #"{"ended":{"_0":{"hex":"\#(training.key.hex)"},"_1":"\#(status)","reason":"why","seconds":2}}"#
    }
    func entry(_ state: String, _ status: Int = 0, reason: String = "None") -> String {
      "5 0 \(state) \(status) 0 \(name) \(reason)\n"
    }
  }

  @Test func `are named by a token that no other job has`() throws {
    let test = try Case()
    let names = (1...2).map { "nsl-run-small-0123456789abcdef-\($0)" }
    #expect(test.record.batches.map(\.name) == names)
    #expect(test.record.elements.count == 2)
  }

  @Test func `are cut into arrays that the cluster takes`() throws {
    let plan = try smallPlan()
    let record = Submission(
      ElementPlan(Array(plan.stages)) { _ in nil }, experiment: "small", token: "a", created: 1,
      programVersion: "0", settings: Slurm(), largestArray: 3)
    #expect(record.batches.allSatisfy { $0.count <= 3 })
    #expect(record.batches.reduce(0) { $0 + $1.count } == plan.stages.count)
    #expect(record.batches.map(\.first) == record.batches.map(\.first).sorted())
    #expect(record.elements.joined().map(\.key).count == plan.stages.count)
  }

  @Test func `wait as long as their job is in the queue`() throws {
    let test = try Case()
    #expect(
      test.state([], test.entry("PENDING", reason: "Resources")) == .waiting(reason: "Resources"))
    #expect(test.state([test.began], test.entry("RUNNING")) == .waiting(reason: ""))
  }

  @Test func `run when their job says so`() throws {
    let test = try Case()
    #expect(
      test.state([test.began, test.started], test.entry("RUNNING")) == .running(host: "n1", nil))
  }

  @Test func `wait again when their job has been put back into the queue`() throws {
    let test = try Case()
    let lines = [test.began, test.started]
    #expect(
      test.state(lines, test.entry("PENDING", reason: "BeginTime")) == .waiting(reason: "BeginTime")
    )
    let again = lines + [#"{"began":{"host":"n2","restarts":1,"time":200}}"#]
    #expect(test.state(again, test.entry("RUNNING")) == .waiting(reason: ""))
    // What an earlier look has seen of it does not count any more.
    let ending = [0: JobEnding(state: "NODE_FAIL")]
    #expect(
      test.state(again + [test.started], test.entry("RUNNING"), endings: ending)
        == .running(host: "n2", nil))
  }

  @Test func `have the end that their job says, whatever became of the job`() throws {
    let test = try Case()
    let lines = [test.began, test.started, test.ended("crashed")]
    for queue in [test.entry("RUNNING"), test.entry("FAILED", 9), "", nil] {
      #expect(test.state(lines, queue) == .ended(.crashed, reason: "why", seconds: 2))
    }
  }

  @Test func `run again when their job says so`() throws {
    let test = try Case()
    let key = test.training.key.hex
    let retry =
      #"{"retrying":{"_0":{"hex":"\#(key)"},"_1":"hung","of":2,"reason":"no sign","retry":1}}"#
    #expect(
      test.state([test.began, test.started, retry], test.entry("RUNNING")) == .waiting(reason: ""))
    #expect(
      test.state([test.began, test.started, retry, test.started], test.entry("RUNNING"))
        == .running(host: "n1", nil))
  }

  @Test func `are out of memory where the whole job was`() throws {
    let test = try Case()
    #expect(
      test.state([test.began, test.started], test.entry("OUT_OF_MEMORY", 9))
        == .ended(
          .outOfMemory,
          reason: "its job needed more memory than it has (`launcher.mem`); its last message: "
            + "free(): invalid pointer", seconds: 0))
  }

  @Test func `share the end of a job that says nothing, with its last words`() throws {
    let test = try Case()
    #expect(
      test.state([test.began, test.started], test.entry("FAILED", 9))
        == .ended(
          .crashed,
          reason: "its job was killed by SIGKILL, as the system does if memory runs out; its last"
            + " message: free(): invalid pointer", seconds: 0))
    #expect(
      test.state([test.began], test.entry("TIMEOUT", 15))
        == .ended(
          .timedOut,
          reason: "its job reached the time limit (`launcher.time: 01:00:00`), before this stage"
            + " began", seconds: 0))
    #expect(
      test.state([], test.entry("CANCELLED"))
        == .ended(.cancelled, reason: "its job was cancelled, before it began", seconds: 0))
  }

  @Test func `are timed out when the warning before the limit has ended their job`() throws {
    let test = try Case()
    func state(stopped: Int) -> SubmissionStates.State? {
      test.state(
        [test.began, test.started, #"{"stopped":{"time":\#(stopped)}}"#],
        test.entry("FAILED", 143 << 8))
    }
    guard case .ended(.timedOut, _, _) = state(stopped: 100 + 3540) else {
      Issue.record("\(String(describing: state(stopped: 3640)))")
      return
    }
    guard case .ended(.crashed, _, _) = state(stopped: 100 + 60) else {
      Issue.record("\(String(describing: state(stopped: 160)))")
      return
    }
  }

  @Test func `end by what is remembered of a job that Slurm has forgotten`() throws {
    let test = try Case()
    let ending = [0: JobEnding(state: "NODE_FAIL")]
    #expect(
      test.state([test.began, test.started], "", endings: ending)
        == .ended(
          .crashed,
          reason: "the node of its job failed; its last message: free(): invalid pointer",
          seconds: 0))
    #expect(
      test.state([test.began, test.started], "")
        == .ended(
          .crashed,
          reason: "its job is gone, and Slurm does not remember how it ended; its last message: "
            + "free(): invalid pointer", seconds: 0))
  }

  @Test func `are timed out in a forgotten job that was stopped at its limit`() throws {
    let test = try Case()
    let state = test.state([test.began, test.started, #"{"stopped":{"time":3640}}"#], "")
    guard case .ended(.timedOut, _, _) = state else {
      Issue.record("\(String(describing: state))")
      return
    }
  }

  @Test func `have what their job printed where it never began`() throws {
    let test = try Case()
    let reason = "before it began; its last message: modul: command not found"
    #expect(
      test.state([], test.entry("FAILED", 9 << 8), output: "modul: command not found\n")
        == .ended(.crashed, reason: "its job failed with exit status 9, " + reason, seconds: 0))
    #expect(
      test.state([], "", output: "modul: command not found\n")
        == .ended(
          .crashed, reason: "its job is gone, and Slurm does not remember how it ended, " + reason,
          seconds: 0))
  }

  @Test func `are out of memory where Slurm has killed their job for it`() throws {
    let test = try Case()
    let killed = test.entry("FAILED", 9)
    let output = "slurmstepd: error: Step 5.0 exceeded memory limit (70000 > 61440), being killed\n"
    func status(_ output: String) -> RowStatus? {
      guard
        case .ended(let status, _, _) = test.state(
          [test.began, test.started], killed, output: output)
      else { return nil }
      return status
    }
    #expect(status(output) == .outOfMemory)
    #expect(status("") == .crashed)
  }

  @Test func `are left by a job that is ending`() throws {
    let test = try Case()
    #expect(test.states([test.began, test.started], test.entry("COMPLETING")).leaving == [0])
    #expect(test.states([test.began, test.started], test.entry("RUNNING")).leaving.isEmpty)
  }

  @Test func `have vanished with a job that never began`() throws {
    let test = try Case()
    #expect(test.state([], "") == .vanished)
    // The number of the array may be that of another job by now.
    #expect(test.state([], "5 0 RUNNING 0 0 other None\n") == .vanished)
  }

  @Test func `have not ended because Slurm does not answer`() throws {
    let test = try Case()
    #expect(test.state([], nil) == .waiting(reason: "Slurm does not answer"))
    #expect(test.state([test.began, test.started], nil) == .running(host: "n1", nil))
  }

  @Test func `are read from events whatever else stands between these`() throws {
    let test = try Case()
    let lines = ["", "{", "[1]", #"{"other":{}}"#, test.began, "\u{0}", test.started]
    #expect(test.state(lines, test.entry("RUNNING")) == .running(host: "n1", nil))
  }
}
