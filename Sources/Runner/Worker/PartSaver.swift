internal import Learning

/// Saves an evaluation's parts while it goes on, as often as it pays: what an interruption costs is a
/// batch or, where batches are quicker, a second.
struct PartSaver {
  private let evaluation: UnfinishedEvaluation
  private let log: WorkerLog
  private let clock = ContinuousClock()
  /// When the next part began.
  private var start: ContinuousClock.Instant
  private let control: WorkerControl
  /// So long at least between two parts.
  private var pause: Duration
  private var hasFailed = false

  init(_ evaluation: UnfinishedEvaluation, _ control: WorkerControl, log: WorkerLog) {
    self.evaluation = evaluation
    self.control = control
    self.log = log
    pause = control.evaluationPause
    start = clock.now
  }

  /// Saves a part where it is time to. An evaluation does not fail because of a part.
  ///
  /// - Returns: Whether it is saved.
  /// - Throws: `WorkerStopped` where the worker is to stop.
  mutating func save(_ make: () -> EvaluationPart) throws(WorkerStopped) -> Bool {
    guard control.isStopping() else { return saveIfTime(make) }
    pause = .zero
    _ = saveIfTime(make)
    throw WorkerStopped()
  }

  private mutating func saveIfTime(_ make: () -> EvaluationPart) -> Bool {
    let now = clock.now
    guard !hasFailed, now - start >= pause else { return false }
    var part = make()
    part.seconds = (now - start) / .seconds(1)
    do {
      try evaluation.save(part)
    } catch {
      hasFailed = true
      log.write("warning: if it is interrupted, this evaluation begins anew: \(error)")
      return false
    }
    // Large images on a slow disk.
    pause = max(control.evaluationPause, (clock.now - now) / control.evaluationShare)
    start = now
    return true
  }
}
