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
  /// Elements whose jobs are ending: what is not stored by now will not be.
  package private(set) var leaving: Set<Int> = []
  /// Elements whose jobs run.
  package private(set) var running: Set<Int> = []

  /// - Parameters:
  ///   - queue: `nil` where Slurm does not answer: then no job has ended that did not say so itself.
  ///   - endings: What was known before.
  ///   - lastWords: The end of a stage's log.
  ///   - output: What a job has printed; empty where it has printed nothing.
  package init(
    _ record: Submission, logs: (Int) -> ElementLog, queue: SlurmQueue?, endings: [Int: JobEnding],
    lastWords: (StageKey) -> String? = { _ in nil }, output: (Int) -> String = { _ in "" }
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
          if entry.isEnding { leaving.insert(element) }
          self.endings[element] = entry.ending.map {
            Self.corrected($0, log, record) { output(element) }
          }
        }
        var ending = self.endings[element]
        // Slurm has forgotten it; what it has printed tells that it ran. Nobody asks where all has ended.
        if ending == nil, entry == nil, queue != nil,
          record.elements[element].contains(where: { log.ended[$0.key] == nil }),
          log.hasBegun || !output(element).isEmpty
        {
          ending = Self.corrected(.unknown, log, record) { output(element) }
        }
        for part in record.elements[element] {
          states[part.key] = state(
            of: part.key, log, entry, ending, isAnswered: queue != nil, record, lastWords,
            jobWords: { LastWords.of(output(element)) })
        }
      }
    }
  }

  private func state(
    of key: StageKey, _ log: ElementLog, _ entry: SlurmQueue.Entry?, _ ending: JobEnding?,
    isAnswered: Bool, _ record: Submission, _ lastWords: (StageKey) -> String?,
    jobWords: () -> String?
  ) -> State {
    if let ended = log.ended[key] {
      return .ended(ended.status, reason: ended.reason, seconds: ended.seconds)
    }
    let hasBegun = log.running.keys.contains(key)
    if let ending {
      var reason = ending.words(time: record.time, memory: record.memory)
      if !hasBegun {
        reason += log.hasBegun ? ", before this stage began" : ", before it began"
        if !log.hasBegun, ending.status == .crashed, let words = jobWords() {
          reason += "; its last message: \(words)"
        }
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
    return .vanished
  }

  /// Slurm calls failed what ended by itself when it was asked to, shortly before its time limit, and what
  /// it killed because it took too much memory.
  private static func corrected(
    _ ending: JobEnding, _ log: ElementLog, _ record: Submission, output: () -> String
  ) -> JobEnding {
    let isUnknown = ending == .unknown
    guard ending.state == "FAILED" || isUnknown else { return ending }
    // `JobAcctGatherParams=OverMemoryKill` kills the job and tells why in what it prints alone.
    if isUnknown || ending.waitStatus & 127 == 9,
      output().suffix(LastWords.scope).contains("exceeded memory limit")
    {
      return JobEnding(state: "OUT_OF_MEMORY", waitStatus: ending.waitStatus)
    }
    // A short limit has no notice: Slurm ends the job when it is over, never before.
    let (notice, slack) = (60, 90)
    guard let seconds = log.secondsUntilStop, let limit = record.time.flatMap(Slurm.seconds),
      seconds >= limit - min(notice + slack, limit / 4)
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
