internal import Synchronization

/// Worker processes that wait for stages: as many at most as stages have run at once.
final class WorkerPool: Sendable {
  private let waiting = Mutex<[WorkerProcess]>([])

  /// The worker that was used last, whose memory is that of the latest stages.
  func take() -> WorkerProcess? {
    waiting.withLock { waiting in
      while let worker = waiting.popLast() {
        if worker.isAlive { return worker }
      }
      return nil
    }
  }

  func giveBack(_ worker: WorkerProcess) { waiting.withLock { $0.append(worker) } }

  /// Has all of them end, and waits for that.
  func end() async {
    let workers = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    for worker in workers { await worker.end() }
  }
}
