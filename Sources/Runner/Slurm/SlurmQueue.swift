/// What Slurm's controller knows of jobs: the words of `squeue`.
///
/// Jobs are known by their names, which hold a submission's token, never by their numbers: after a
/// crash of the controller a number may be given to another job.
///
/// - Source: squeue(1) of Slurm 22.05, "JOB STATE CODES".
package struct SlurmQueue: Hashable, Sendable {
  /// One element of an array.
  package struct Place: Hashable, Sendable {
    package var name: String
    package var index: Int

    package init(name: String, index: Int) {
      self.name = name
      self.index = index
    }
  }

  package struct Entry: Hashable, Sendable {
    /// The number of the array.
    package var job: Int
    /// `RUNNING`, `TIMEOUT` and the like.
    package var state: String
    /// As wait(2) has it.
    package var waitStatus: Int
    package var restarts: Int
    /// Why it waits, or ended; empty where there is no reason.
    package var reason: String
  }

  package private(set) var entries: [Place: Entry] = [:]
  /// What holds for all elements of an array that have no entry of their own: those that were
  /// cancelled before they began have one together.
  private var others: [String: Entry] = [:]

  /// What to ask `squeue` for: fields without spaces first. The numbers are widths; longer values
  /// would be cut.
  static let format =
    "ArrayJobID:.16,ArrayTaskID:.16,State:.24,exit_code:.12,RestartCnt:.8,Name:.256,Reason:.128"

  package init() {}

  /// - Parameter text: What `squeue --noheader --array --Format` with ``format`` has printed.
  package init(parsing text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: true)
      guard words.count >= 6, let job = Int(words[0]) else { continue }
      let name = String(words[5])
      let reason = words.count > 6 ? words[6].drop { $0 == " " } : ""
      let entry = Entry(
        job: job, state: String(words[2]), waitStatus: Int(words[3]) ?? 0,
        restarts: Int(words[4]) ?? 0, reason: reason == "None" ? "" : String(reason))
      guard let index = Int(words[1]) else {
        others[name] = entry
        continue
      }
      // Of a name that two arrays have, the one that was submitted last.
      let place = Place(name: name, index: index)
      if let other = entries[place], other.job > job { continue }
      entries[place] = entry
    }
  }

  package subscript(place: Place) -> Entry? { entries[place] ?? others[place.name] }

  /// The number of the array of that name; `nil` where the controller does not know it.
  func job(named name: String) -> Int? {
    others[name]?.job ?? entries.first { $0.key.name == name }?.value.job
  }
}

extension SlurmQueue.Entry {
  /// States that a job does not leave any more.
  private static let final: Set<String> = [
    "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY",
    "PREEMPTED", "REVOKED", "TIMEOUT",
  ]

  package var hasEnded: Bool { Self.final.contains(state) }
  var isRunning: Bool { state == "RUNNING" || isEnding }
  var isEnding: Bool { state == "COMPLETING" }

  /// How it ended; `nil` where it has not.
  var ending: JobEnding? {
    hasEnded ? JobEnding(state: state, waitStatus: waitStatus, reason: reason) : nil
  }
}
