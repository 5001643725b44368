// Its sources may be used from any thread, which they do not say.
@preconcurrency internal import Dispatch
internal import Glibc
internal import Synchronization

/// Turns the signals that ask this process to end (Ctrl-C, `kill`, a terminal that is closed) into
/// a call, as long as it lives. The second one ends the process at once, whatever it waits for.
final class Interruption: Sendable {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  private struct State {
    var count = 0
    var action: (@Sendable () -> Void)?
  }

  private final class Shared: Sendable {
    let state: Mutex<State>
    init(_ action: @escaping @Sendable () -> Void) { state = Mutex(State(action: action)) }
  }

  private let shared: Shared
  private let sources: [any DispatchSourceSignal]
  /// Signals that are taken, with what they did before.
  private let former: [(number: Int32, handler: UInt)]

  /// - Parameter action: Called for the first signal, on a thread of its own.
  init(action: @escaping @Sendable () -> Void) {
    let shared = Shared(action)
    self.shared = shared
    former = Self.signals.compactMap { number in
      // Without this the signal would end the process before the source sees it.
      let handler = unsafeBitCast(signal(number, SIG_IGN), to: UInt.self)
      // `nohup` has the end of the terminal ignored, and means it.
      let isIgnored = handler == unsafeBitCast(SIG_IGN, to: UInt.self)
      return number == SIGHUP && isIgnored ? nil : (number, handler)
    }
    sources = former.map { DispatchSource.makeSignalSource(signal: $0.number, queue: .global()) }
    for source in sources {
      source.setEventHandler {
        let (isFirst, action) = shared.state.withLock { state in
          state.count += 1
          return (state.count == 1, state.action)
        }
        guard isFirst else { _exit(130) }
        // Not here: the second signal must not wait for what the first one does.
        if let action { DispatchQueue.global().async(execute: action) }
      }
      source.resume()
    }
  }

  /// From here on the first signal is answered otherwise; at once, where it has come already.
  func replaceAction(_ action: (@Sendable () -> Void)?) {
    let hasHappened = shared.state.withLock { state in
      state.action = action
      return state.count > 0
    }
    if hasHappened { action?() }
  }

  var hasHappened: Bool { shared.state.withLock { $0.count > 0 } }

  /// - Throws: `Interrupted` where a signal has come.
  func check() throws(Interrupted) {
    if hasHappened { throw Interrupted() }
  }

  deinit {
    for source in sources { source.cancel() }
    for (number, handler) in former {
      signal(number, unsafeBitCast(handler, to: (@convention(c) (Int32) -> Void)?.self))
    }
  }
}

/// A signal has asked this process to end.
struct Interrupted: Error {}
