internal import COneDNN

/// oneDNN's CPU engine and the stream that runs its primitives, on the calling thread.
final class Context {
  let handle: nsl_dnn_context

  init() throws {
    try EngineLibrary.load()
    var handle: nsl_dnn_context?
    try check(nsl_dnn_context_create(&handle), "a CPU engine")
    guard let handle else { throw EngineError(operation: "a CPU engine", status: 5) }
    self.handle = handle
  }

  deinit { nsl_dnn_context_destroy(handle) }
}

/// The library underneath and the processor's instructions it uses.
package struct EngineInformation: Sendable {
  /// Goes into the key of every stage, so that what another revision computed is not taken for what
  /// this one computes.
  ///
  /// Raise it with each change after which the same stage gives other numbers on the same machine: of
  /// a kernel or of the rule by which one is chosen, of the order of a sum, of what a random number is
  /// used for, of the rounding of an optimizer, a training objective or an attack. A change of layouts,
  /// memory or names that leaves every bit where it was does not raise it.
  package static let revision = 5

  /// oneDNN's version, `2.6.3`; `0.0.0` where it cannot be loaded.
  package var version: String
  /// `avx512_core`, `avx2`, ...
  package var instructionSet: String
  /// Threads that one primitive may use.
  package var threads: Int

  package static var current: EngineInformation {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    nsl_dnn_version(&major, &minor, &patch)
    return EngineInformation(
      version: "\(major).\(minor).\(patch)",
      instructionSet: String(cString: nsl_dnn_instruction_set()),
      threads: Int(nsl_dnn_get_threads()))
  }

  /// Sets how many threads one primitive may use that the calling thread runs.
  package static func setThreads(_ count: Int) { nsl_dnn_set_threads(Int32(count)) }
}
