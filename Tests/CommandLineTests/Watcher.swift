import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage

/// Watches a program that runs in a folder, on a thread of its own that waits before the program
/// begins: the threads that tests and Dispatch share may all be busy for seconds, and what is to be
/// caught is over by then.
final class Watcher: Sendable {
  private struct State {
    var isOver = false
    var hasActed = false
  }

  private let folder: String
  private let act: @Sendable (pid_t) -> Bool
  private let state = Mutex(State())
  private let thread = Mutex(pthread_t())

  /// - Parameter act: Called again and again with the program's process, until it returns true.
  init(_ folder: FilePath, _ act: @escaping @Sendable (pid_t) -> Bool) {
    self.folder = folder.string
    self.act = act
    let context = Unmanaged.passRetained(self).toOpaque()
    let status = thread.withLock { thread in
      pthread_create(
        &thread, nil,
        { context in
          guard let context else { return nil }
          Unmanaged<Watcher>.fromOpaque(context).takeRetainedValue().watch()
          return nil
        }, context)
    }
    precondition(status == 0, "no thread to watch with")
  }

  /// Ends the watch once the program has ended. What was done to it may have ended it before the
  /// watch knows: the thread is waited for.
  ///
  /// - Throws: `NeverSeen` where nothing was done to the program.
  func stop() throws {
    state.withLock { $0.isOver = true }
    thread.withLock { _ = pthread_join($0, nil) }
    if !state.withLock(\.hasActed) { throw NeverSeen() }
  }

  struct NeverSeen: Error {}

  private func watch() {
    var process: pid_t?
    var strangers: Set<pid_t> = []
    while !state.withLock(\.isOver) {
      process = process ?? Processes.child(in: folder, besides: &strangers)
      if let process, act(process) { return state.withLock { $0.hasActed = true } }
      usleep(1000)
    }
  }
}

extension Processes {
  /// The child of this process that runs in a folder.
  ///
  /// - Parameter strangers: Processes of others, which are looked at once.
  static func child(in folder: String, besides strangers: inout Set<pid_t>) -> pid_t? {
    everything.first { process in
      if strangers.contains(process) { return false }
      guard parent(of: process) == getpid() else {
        strangers.insert(process)
        return false
      }
      return (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd"))
        == folder
    }
  }
}
