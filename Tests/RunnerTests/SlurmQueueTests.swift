import Results
import Runner
import TestSupport
import Testing

/// What Slurm 22.05.8 has printed, with ``SlurmQueue/format``.
@Suite struct `The queue of Slurm` {
  private static let captured = """
                     1               3               COMPLETED           0       0   nsl-run-q-abc-1                None
                     1               0                  FAILED         768       0   nsl-run-q-abc-1    NonZeroExitCode
                     1               2                  FAILED           9       0   nsl-run-q-abc-1   JobLaunchFailure
                     1               4                 RUNNING           0       2   nsl-run-q-abc-1                None
                     6               1                 PENDING           0       0   nsl-run-q-abc-2         Dependency
                     6               2                 TIMEOUT          15       0   nsl-run-q-abc-2          TimeLimit
                     7             N/A               CANCELLED           0       0   nsl-run-q-abc-3          Dependency
    squeue: error: something that is no line

    """

  private let queue = SlurmQueue(parsing: captured)

  private func entry(_ index: Int, _ name: String = "nsl-run-q-abc-1") -> SlurmQueue.Entry? {
    queue[SlurmQueue.Place(name: name, index: index)]
  }

  @Test func `is read line by line, by name and index`() {
    #expect(queue.entries.count == 6)
    #expect(entry(4)?.restarts == 2)
    #expect(entry(1, "nsl-run-q-abc-2")?.reason == "Dependency")
    #expect(entry(0, "other-job") == nil)
  }

  @Test func `has one line for elements that were cancelled before they began`() {
    #expect(entry(0, "nsl-run-q-abc-3")?.state == "CANCELLED")
    #expect(entry(17, "nsl-run-q-abc-3")?.hasEnded == true)
  }

  @Test func `tells what has ended from what may go on`() {
    #expect(entry(3)?.hasEnded == true)
    #expect(entry(4)?.hasEnded == false)
    #expect(entry(1, "nsl-run-q-abc-2")?.hasEnded == false)
    #expect(entry(2, "nsl-run-q-abc-2")?.hasEnded == true)
  }

  @Test func `may have reasons of several words`() {
    let line = "8 0 PENDING 0 0 nsl-run-q-abc-3 Nodes required for job are DOWN, DRAINED"
    let entry = SlurmQueue(parsing: line).entries.values.first
    #expect(entry?.reason == "Nodes required for job are DOWN, DRAINED")
  }

  @Test func `of two arrays of one name knows the later`() {
    let queue = SlurmQueue(parsing: "8 0 FAILED 9 0 n None\n3 0 COMPLETED 0 0 n None\n")
    #expect(queue[SlurmQueue.Place(name: "n", index: 0)]?.job == 8)
  }

  @Test(arguments: [
    ("MaxArraySize            = 1001\n", 1001), ("X = 1\nMaxArraySize = 7\nY=2\n", 7), ("", 1001),
    ("MaxArraySize = many\n", 1001), ("MaxArraySize = 0\n", 1),
  ])
  func `has arrays of a size that the controller says`(config: String, size: Int) {
    #expect(SlurmCommands.largestArray(config) == size)
  }

  @Test func `says in words how jobs ended`() throws {
    let endings: [JobEnding] = [
      JobEnding(state: "FAILED", waitStatus: 3 << 8), JobEnding(state: "FAILED", waitStatus: 9),
      JobEnding(state: "FAILED", waitStatus: 127 << 8),
      JobEnding(state: "FAILED", waitStatus: 143 << 8),
      JobEnding(state: "FAILED", waitStatus: 53), JobEnding(state: "TIMEOUT", waitStatus: 15),
      JobEnding(state: "OUT_OF_MEMORY", waitStatus: 9), JobEnding(state: "NODE_FAIL"),
      JobEnding(state: "PREEMPTED"), JobEnding(state: "CANCELLED"), JobEnding(state: "COMPLETED"),
      JobEnding(state: "DEADLINE"), JobEnding(state: "SPECIAL"), JobEnding(state: "UNKNOWN"),
    ]
    let lines = endings.map {
      "\($0.state) \($0.waitStatus): \($0.status.rawValue), "
        + $0.words(time: "00:01:00", memory: "4G") + "\n"
    }
    try expectSnapshot(lines.joined(), named: "slurm-endings.txt")
  }
}
