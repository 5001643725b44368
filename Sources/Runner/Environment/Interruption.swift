internal import Dispatch
internal import Glibc
internal import Synchronization

/// Turns the signals that ask this process to end (Ctrl-C, `kill`) into a call, as long as it
/// lives. The second one ends the process at once.
final class Interruption {
  private static let signals = [SIGINT, SIGTERM]

  private final class Counter: Sendable {
    let value = Mutex(0)
  }

  private let counter = Counter()
  private let sources: [any DispatchSourceSignal]

  /// - Parameter onSignal: Called for the first signal, on a thread of its own.
  init(onSignal: @escaping @Sendable () -> Void) {
    sources = Self.signals.map { number in
      // Without this the signal would end the process before the source sees it.
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
    for source in sources {
      source.setEventHandler { [counter] in
        let isFirst = counter.value.withLock { value in
          value += 1
          return value == 1
        }
        if isFirst { onSignal() } else { _exit(130) }
      }
      source.resume()
    }
  }

  var hasHappened: Bool { counter.value.withLock { $0 > 0 } }

  deinit {
    for source in sources { source.cancel() }
    for number in Self.signals { signal(number, SIG_DFL) }
  }
}
