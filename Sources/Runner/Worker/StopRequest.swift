internal import Glibc
internal import Synchronization

/// SIGTERM asks a worker to stop: at the next step or batch while it does a stage, so that it saves
/// what it has; else at once.
package enum StopRequest {
  /// The exit status of a worker that has stopped because it was asked to.
  package static let exitStatus: Int32 = 3

  private static let isMade = Atomic<Bool>(false)
  private static let isAtStage = Atomic<Bool>(false)

  /// From here on SIGTERM is such a request.
  static func listen() {
    // What a handler reads has been made before.
    _ = (hasBeenMade, isAtStage.load(ordering: .sequentiallyConsistent))
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      StopRequest.isMade.store(true, ordering: .sequentiallyConsistent)
      if !StopRequest.isAtStage.load(ordering: .sequentiallyConsistent) {
        _exit(StopRequest.exitStatus)
      }
    }
    // A file that is being written is written to its end.
    action.sa_flags = SA_RESTART
    sigaction(SIGTERM, &action, nil)
  }

  static var hasBeenMade: Bool { isMade.load(ordering: .sequentiallyConsistent) }

  /// Does a stage, which asks ``hasBeenMade`` from time to time. What is to be said of it is said
  /// inside: a request that comes later ends the process.
  static func atStage<Result>(_ work: () throws -> Result) rethrows -> Result {
    isAtStage.store(true, ordering: .sequentiallyConsistent)
    defer { isAtStage.store(false, ordering: .sequentiallyConsistent) }
    return try work()
  }
}
