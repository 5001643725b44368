package import Experiments
package import Results
internal import Settings

/// What is known of the stages of a submission: what their jobs say, and what Slurm says of the jobs.
package struct SubmissionStates: Sendable {
  package enum State: Hashable, Sendable {
    /// In the queue; Slurm's reason, which may be empty.
    case waiting(reason: String)
    case running(host: String?, WorkerEvent?)
    case ended(RowStatus, reason: String?, seconds: Double)
    /// Slurm does not know its job, which has never begun.
    case vanished
  }

  package private(set) var states: [StageKey: State] = [:]
  /// How jobs ended, those of earlier looks with them.
  package private(set) var endings: [Int: JobEnding]
  /// Elements whose jobs are in the queue, or run.
  package private(set) var live: Set<Int> = []
  /// Elements whose jobs run.
  package private(set) var running: Set<Int> = []

  /// - Parameters:
  ///   - queue: `nil` where Slurm does not answer: then no job has ended that did not say so itself.
  ///   - endings: What was known before.
  ///   - lastWords: The end of a stage's log.
  package init(
    _ record: Submission, logs: (Int) -> ElementLog, queue: SlurmQueue?, endings: [Int: JobEnding],
    lastWords: (StageKey) -> String? = { _ in nil }
  ) {
    self.endings = endings
    for batch in record.batches {
      for index in 0..<batch.count {
        let element = batch.first + index
        let log = logs(element)
        let entry = queue?[SlurmQueue.Place(name: batch.name, index: index)]
        if let entry {
          if !entry.hasEnded { live.insert(element) }
          if entry.isRunning { running.insert(element) }
          self.endings[element] = entry.ending.map { Self.corrected($0, log, record) }
        }
        for part in record.elements[element] {
          states[part.key] = state(
            of: part.key, log, entry, self.endings[element], isAnswered: queue != nil, record,
            lastWords)
        }
      }
    }
  }

  private func state(
    of key: StageKey, _ log: ElementLog, _ entry: SlurmQueue.Entry?, _ ending: JobEnding?,
    isAnswered: Bool, _ record: Submission, _ lastWords: (StageKey) -> String?
  ) -> State {
    if let ended = log.ended[key] {
      return .ended(ended.status, reason: ended.reason, seconds: ended.seconds)
    }
    let hasBegun = log.running.keys.contains(key)
    if let ending {
      var reason = ending.words(time: record.time, memory: record.memory)
      if !hasBegun {
        reason += log.hasBegun ? ", before this stage began" : ", before it began"
      } else if [.crashed, .outOfMemory].contains(ending.status), let words = lastWords(key) {
        reason += "; its last message: \(words)"
      }
      return .ended(ending.status, reason: reason, seconds: 0)
    }
    if let entry {
      return hasBegun && entry.isRunning
        ? .running(host: log.host, log.running[key] ?? nil) : .waiting(reason: entry.reason)
    }
    if !isAnswered {
      return hasBegun
        ? .running(host: log.host, log.running[key] ?? nil)
        : .waiting(reason: "Slurm does not answer")
    }
    if !log.hasBegun { return .vanished }
    let reason = JobEnding.unknown.words(time: nil, memory: nil)
    return .ended(.crashed, reason: reason, seconds: 0)
  }

  /// A job that is asked to end shortly before its time limit does so with a status of its own.
  private static func corrected(
    _ ending: JobEnding, _ log: ElementLog, _ record: Submission
  ) -> JobEnding {
    let (notice, slack) = (60, 90)
    guard ending.state == "FAILED", let seconds = log.secondsUntilStop,
      let limit = record.time.flatMap(Slurm.seconds), seconds >= limit - notice - slack
    else { return ending }
    return JobEnding(state: "TIMEOUT", waitStatus: ending.waitStatus)
  }

  /// How many jobs are in the queue, by Slurm's reason.
  package static func waiting(_ record: Submission, _ queue: SlurmQueue) -> [String: Int] {
    let names = Set(record.names)
    var counts: [String: Int] = [:]
    for (place, entry) in queue.entries
    where names.contains(place.name) && !entry.hasEnded && !entry.isRunning {
      counts[entry.reason, default: 0] += 1
    }
    return counts
  }
}
