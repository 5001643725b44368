package import Experiments

/// Runs workers: as processes of this machine, or as jobs of a cluster.
package protocol Launcher: Sendable {
  /// Runs one stage to its end. When the task is cancelled, so is the stage.
  ///
  /// - Parameter onEvent: Told what the worker says, in its order.
  func launch(
    _ stage: Stage, onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> LaunchOutcome

  /// The same on several processors, for a stage of which nothing is worth saving from some time on.
  ///
  /// - Parameters:
  ///   - threads: How many threads may share the work, at least 1. What comes out does not depend on it.
  ///   - deadline: When the task is cancelled then or later, the worker is not asked to save what it
  ///     has; `nil` for never.
  func launch(
    _ stage: Stage, threads: Int, deadline: ContinuousClock.Instant?,
    onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> LaunchOutcome

  /// Ends what waits for stages; called when there are no more.
  func end() async
}

extension Launcher {
  /// Where cancelling and processors are always the same.
  package func launch(
    _ stage: Stage, threads: Int, deadline: ContinuousClock.Instant?,
    onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> LaunchOutcome { await launch(stage, onEvent: onEvent) }

  package func end() async {}
}

/// How a launch ended.
package enum LaunchOutcome: Hashable, Sendable {
  /// The worker says that the stage is stored.
  case finished
  /// The worker could not do it, or died; `reason` in one line.
  case crashed(reason: String)
  /// It got no memory, or was killed because there was none left.
  case outOfMemory(reason: String)
  /// It needs more memory than there is, and was not begun.
  case tooLarge(reason: String)
  /// There was no room to store something.
  case diskFull(reason: String)
  case cancelled
}
