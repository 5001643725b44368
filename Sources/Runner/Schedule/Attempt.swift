internal import Experiments
internal import Files
internal import Results

/// One attempt at a stage: launches it, and ends it where it takes too long or says nothing any more.
struct Attempt: Sendable {
  let stage: Stage
  /// How many may share the work.
  let threads: Int
  let store: ContentStore
  let launcher: any Launcher
  /// `nil` for none.
  let timeLimit: Duration?
  /// How long the worker may say nothing; `nil` for ever.
  let patience: Duration?
  let onEvent: @Sendable (SchedulerEvent) -> Void

  /// Why a worker was ended.
  private enum Overdue {
    case time(Duration)
    case word(Duration)
  }

  private enum Ending {
    case launched(LaunchOutcome)
    case overdue(Overdue?)
  }

  /// A failure is a result, not an error.
  func run() async -> StageResult {
    let clock = ContinuousClock()
    let start = clock.now
    let (outcome, overdue) = await launch()
    let seconds = (clock.now - start) / .seconds(1)
    func failed(_ status: RowStatus, _ reason: String) -> StageResult {
      StageResult(failed: status, reason: reason, seconds: seconds)
    }
    switch outcome {
    case .finished:
      switch store.entry(stage.key, .meaning(stage.work)) {
      case .whole(let manifest): return StageResult(manifest, isCached: false)
      case .absent: return failed(.crashed, "the worker finished but stored nothing")
      case .damaged(let reason):
        return failed(.crashed, "the result that the worker stored is damaged: \(reason)")
      }
    case .crashed(let reason): return failed(.crashed, reason)
    case .outOfMemory(let reason): return failed(.outOfMemory, reason)
    case .tooLarge(let reason):
      var result = failed(.outOfMemory, reason)
      result.isRefused = true
      return result
    case .diskFull(let reason): return failed(.diskFull, reason)
    case .cancelled:
      switch overdue {
      case .time(let limit)?:
        return failed(.timedOut, "not finished within \(Words.seconds(limit / .seconds(1)))")
      case .word(let silence)?:
        let last = LastWords.left(by: stage.key, in: store)
        return failed(
          .hung,
          "no sign of progress for \(Words.seconds(silence / .seconds(1)))"
            + (last.map { "; its last message: \($0)" } ?? ""))
      case nil:
        store.removeLog(of: stage.key)
        return failed(.cancelled, "interrupted")
      }
    }
  }

  private func launch() async -> (outcome: LaunchOutcome, overdue: Overdue?) {
    let deadline = timeLimit.map { ContinuousClock.now + $0 }
    let watchdog = patience.map { Watchdog(patience: $0) }
    return await withTaskGroup(of: Ending.self) { group in
      group.addTask {
        .launched(
          await launcher.launch(stage, threads: threads, deadline: deadline) { event in
            watchdog?.note(event)
            onEvent(.worker(stage.key, event))
          })
      }
      if let deadline, let timeLimit {
        group.addTask {
          try? await Task.sleep(until: deadline)
          return .overdue(.time(timeLimit))
        }
      }
      if let watchdog {
        group.addTask { .overdue(await watchdog.wait().map { .word($0) }) }
      }
      var overdue: Overdue?
      while let ending = await group.next() {
        switch ending {
        case .launched(let outcome):
          group.cancelAll()
          return (outcome, overdue)
        case .overdue(let cause):
          // Unless it is the whole that was cancelled.
          if overdue == nil, !Task.isCancelled { overdue = cause }
          group.cancelAll()
        }
      }
      return (.cancelled, overdue)
    }
  }
}
