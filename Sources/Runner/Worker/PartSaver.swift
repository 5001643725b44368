internal import Learning

/// Saves an evaluation's parts while it goes on, as often as it pays: what an interruption costs is a
/// batch or, where batches are quicker, a second.
struct PartSaver {
  private let evaluation: UnfinishedEvaluation
  private let log: WorkerLog
  private let clock = ContinuousClock()
  /// When the next part began.
  private var start: ContinuousClock.Instant
  /// So long at least between two parts.
  private var pause = Duration.seconds(1)
  private var hasFailed = false

  init(_ evaluation: UnfinishedEvaluation, log: WorkerLog) {
    self.evaluation = evaluation
    self.log = log
    start = clock.now
  }

  /// Saves a part where it is time to. An evaluation does not fail because of a part.
  ///
  /// - Returns: Whether it is saved.
  mutating func save(_ make: () -> EvaluationPart) -> Bool {
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
    // Large images on a slow disk: at most a twentieth of the time is for saving.
    pause = max(.seconds(1), (clock.now - now) * 20)
    start = now
    return true
  }
}
