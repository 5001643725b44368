package import Results

/// How a job of a cluster ended, and what that means for stages that it has not finished.
package struct JobEnding: Codable, Hashable, Sendable {
  /// Slurm's word: `FAILED`, `TIMEOUT`.
  package var state: String
  /// As wait(2) has it.
  package var waitStatus: Int
  /// Slurm's reason; may be empty.
  package var reason: String

  package init(state: String, waitStatus: Int = 0, reason: String = "") {
    self.state = state
    self.waitStatus = waitStatus
    self.reason = reason
  }

  /// The controller does not know the job any more.
  static let unknown = JobEnding(state: "UNKNOWN")

  package var status: RowStatus {
    switch state {
    case "TIMEOUT", "DEADLINE": .timedOut
    case "CANCELLED", "REVOKED": .cancelled
    case "OUT_OF_MEMORY": .outOfMemory
    default: .crashed
    }
  }

  /// In one line, without a full stop.
  ///
  /// - Parameter settings: Keys of `launcher` that decided it are named with their values.
  package func words(time: String?, memory: String?) -> String {
    switch state {
    case "COMPLETED": return "its job ended without a word about it"
    case "TIMEOUT":
      return "its job reached the time limit"
        + (time.map { " (`launcher.time: \($0)`)" } ?? " of the partition (`launcher.time`)")
    case "DEADLINE": return "its job could not end before its deadline"
    case "OUT_OF_MEMORY":
      return "its job needed more memory than it has"
        + (memory.map { " (`launcher.mem: \($0)`)" } ?? " (`launcher.mem`)")
    case "NODE_FAIL", "BOOT_FAIL": return "the node of its job failed"
    case "PREEMPTED": return "its job had to make room for another one"
    case "CANCELLED", "REVOKED": return "its job was cancelled"
    case Self.unknown.state:
      return "its job is gone, and Slurm does not remember how it ended"
    case "FAILED": return "its job " + failure
    default: return "its job ended as \(state)"
    }
  }

  private var failure: String {
    let (signal, code) = (waitStatus & 127, waitStatus >> 8)
    // Slurm's number for a file that it cannot open.
    if signal == 53 { return "could not begin: its log cannot be written on the node" }
    if signal != 0 { return "was " + LocalLauncher.words(signal: Int32(signal)) }
    if code == 127 { return "failed: a command of its script was not found (exit status 127)" }
    if code > 128, code <= 128 + 64 {
      return "was " + LocalLauncher.words(signal: Int32(code - 128))
    }
    return code == 0
      ? "failed" + (reason.isEmpty ? "" : ": \(reason)") : "failed with exit status \(code)"
  }
}
