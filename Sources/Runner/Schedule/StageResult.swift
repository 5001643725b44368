package import Experiments
package import Results

/// How a stage of a plan came to its end.
package struct StageResult: Hashable, Sendable {
  package var status: RowStatus
  /// Why, in one line, where `status` is not `ok`.
  package var reason: String?
  /// Of what is stored, without its settings; there where the stage came to its own end, diverged or
  /// not.
  package var manifest: StageManifest?
  /// Whether the stage was stored already, so that nothing ran.
  package var isCached: Bool
  /// Wall-clock time; of what is stored, the worker's when it ran.
  package var seconds: Double
  /// How often this run has begun it.
  package var attempts = 0
  /// Whether it was not begun, because it cannot be done on this machine.
  package var isRefused = false

  /// What is stored.
  package init(_ manifest: StageManifest, isCached: Bool) {
    switch manifest.ending {
    case .finished: status = .ok
    case .diverged(let reason):
      status = .diverged
      self.reason = reason
    }
    self.manifest = manifest.withoutSettings
    self.isCached = isCached
    seconds = manifest.seconds
  }

  /// Nothing is stored.
  package init(failed status: RowStatus, reason: String, seconds: Double = 0) {
    precondition(status != .ok, "what went well is stored")
    self.status = status
    self.reason = reason
    self.seconds = seconds
    isCached = false
  }
}

/// What the scheduler tells while it works.
package enum SchedulerEvent: Sendable {
  /// Before anything runs: which of the stages are stored already.
  case planned(stages: [Stage], stored: Set<StageKey>)
  case started(Stage)
  case worker(StageKey, WorkerEvent)
  /// The stage has failed and will be started again: for which time, of how many at most.
  case retrying(Stage, StageResult, retry: Int, of: Int)
  /// Not told of stages that were stored already.
  case ended(Stage, StageResult)
}
