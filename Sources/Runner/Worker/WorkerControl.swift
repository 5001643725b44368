/// What a worker goes by beside its request: when it saves what it has, and whether it is to stop.
package struct WorkerControl: Sendable {
  /// So long at least between two snapshots of a training.
  package var trainingPause = Duration.seconds(30)
  /// Of the time, so much at most is for saving snapshots.
  package var trainingShare = 0.01
  /// So long at least between two parts of an evaluation.
  package var evaluationPause = Duration.seconds(1)
  /// Of the time, so much at most is for saving parts.
  package var evaluationShare = 0.05
  /// Whether to save what there is and to stop; asked after every step and every batch.
  package var isStopping: @Sendable () -> Bool = { false }

  package init() {}

  /// A variable for tests that interrupt workers: seconds between two savings of whatever kind.
  static let variable = "NSL_SAVE_SECONDS"

  /// - Parameter seconds: What the variable says; `nil` or no number where it is not set.
  init(saveSeconds seconds: String?, isStopping: @escaping @Sendable () -> Bool) {
    if let seconds = seconds.flatMap(Double.init), (0...1e6).contains(seconds) {
      trainingPause = .seconds(seconds)
      evaluationPause = .seconds(seconds)
      (trainingShare, evaluationShare) = (1, 1)
    }
    self.isStopping = isStopping
  }
}

/// A worker was asked to stop, and has saved what it had.
package struct WorkerStopped: Error, Hashable, Sendable {}
