internal import Learning
internal import Settings

/// Saves a training while it goes on: every 30 seconds, so that an interruption costs no more, or less
/// often where saving takes long.
///
/// A shorter training writes nothing. Weights of epochs that are to be kept are saved with the first
/// snapshot after them.
struct TrainingSaver {
  /// Where the training goes on; `nil` to begin.
  let snapshot: TrainingSnapshot?
  /// The weights of epochs that are to be kept, by the names of their files.
  private(set) var kept: [String: [UInt8]]
  /// Those of them that are not saved.
  private var unsaved: [String] = []
  private let training: UnfinishedTraining
  private let control: WorkerControl
  private let log: WorkerLog
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var last: ContinuousClock.Instant
  /// So long at least between two snapshots.
  private var pause: Duration
  private var hasFailed = false

  /// Looks for what an earlier worker has left.
  init(
    _ training: UnfinishedTraining, of trainer: Trainer, _ settings: TrainingSettings,
    _ control: WorkerControl, log: WorkerLog
  ) {
    self.training = training
    self.control = control
    self.log = log
    start = clock.now
    last = start
    pause = control.trainingPause
    let (found, problem) = training.found(
      checkpointEvery: settings.checkpointEvery, fits: trainer.accepts)
    if let problem { log.write("not used: \(problem)") }
    snapshot = found?.snapshot
    kept = found?.kept ?? [:]
    if let snapshot {
      log.write(
        "goes on in epoch \(snapshot.epoch + 1) after step \(snapshot.step), where an earlier run "
          + "was interrupted")
    }
  }

  /// The time of earlier workers, in seconds.
  var earlierSeconds: Double { snapshot?.seconds ?? 0 }

  /// Steps that earlier workers have done; `nil` for none.
  func earlierSteps(perEpoch steps: Int) -> Int? { snapshot.map { $0.epoch * steps + $0.step } }

  mutating func keep(_ bytes: [UInt8], as name: String) {
    kept[name] = bytes
    unsaved.append(name)
  }

  /// Saves a snapshot where it is time to. A training does not fail because of it.
  ///
  /// - Throws: `WorkerStopped` where the worker is to stop.
  mutating func save(_ make: () -> TrainingSnapshot) throws(WorkerStopped) {
    let (now, isStopping) = (clock.now, control.isStopping())
    if isStopping || now - last >= pause, !hasFailed { save(make(), at: now) }
    if isStopping { throw WorkerStopped() }
  }

  private mutating func save(_ snapshot: TrainingSnapshot, at now: ContinuousClock.Instant) {
    var snapshot = snapshot
    snapshot.seconds = earlierSeconds + (now - start) / .seconds(1)
    do {
      for name in unsaved { try training.keep(kept[name] ?? [], as: name) }
      unsaved = []
      try training.save(snapshot)
    } catch {
      hasFailed = true
      log.write("warning: if it is interrupted, this training begins anew: \(error)")
      return
    }
    last = clock.now
    // Large networks on a slow disk.
    pause = max(control.trainingPause, (last - now) / control.trainingShare)
  }
}
