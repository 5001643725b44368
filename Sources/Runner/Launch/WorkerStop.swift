internal import Subprocess

/// Ends a worker when the task that waits for it is cancelled: it is asked to save what it has
/// (SIGTERM) and killed where it has not ended two seconds later. Behind its deadline it is killed at once.
struct WorkerStop: Sendable {
  private static let patience = Duration.seconds(2)
  private let deadline: ContinuousClock.Instant?
  private let requests: AsyncStream<[TeardownStep]>
  private let continuation: AsyncStream<[TeardownStep]>.Continuation

  /// - Parameter deadline: `nil` for none.
  init(deadline: ContinuousClock.Instant?) {
    self.deadline = deadline
    (requests, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
  }

  private func make() {
    let isOver = deadline.map { ContinuousClock.now >= $0 } ?? false
    // A kill follows the last step.
    continuation.yield(isOver ? [] : [.gracefulShutDown(allowedDurationToNextStep: Self.patience)])
  }

  /// Waits for work that is not cancelled with this task: a worker whose output nobody reads any more
  /// ends at once.
  func waiting<Result: Sendable>(
    for work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await work() }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      make()
    }
  }

  /// Ends a worker when that is asked for, until the task is cancelled.
  func heeding(_ end: @escaping @Sendable ([TeardownStep]) async -> Void) -> Task<Void, Never> {
    Task { [requests] in
      for await steps in requests { await end(steps) }
    }
  }
}
