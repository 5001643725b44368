internal import Engine
internal import Settings
package import Experiments
package import Learning

/// What a worker is asked to do, as one JSON document on its standard input. It finds the outputs
/// of the stages it depends on in the store and puts its own there.
package struct WorkerRequest: Codable, Hashable, Sendable {
  package var stage: Stage
  package var dataset: PreparedDataset
  /// The store's folder.
  package var store: String
  package var programVersion: String
  /// How many threads share the work; nothing is the same as 1. What is stored does not depend on it.
  package var threads: Int?
  /// Whether the worker's standard error is to go to the stage's log; nothing is the same as false:
  /// whoever does a stage by hand sees what it says.
  package var hasLog: Bool?

  package init(
    stage: Stage, dataset: PreparedDataset, store: String, programVersion: String,
    threads: Int? = nil, hasLog: Bool? = nil
  ) {
    self.stage = stage
    self.dataset = dataset
    self.store = store
    self.programVersion = programVersion
    self.threads = threads
    self.hasLog = hasLog
  }
}

extension WorkerRequest {
  /// Reads a request and checks it: numbers in it are calculated with.
  ///
  /// - Throws: `WorkerError` for what no run asks for, in one line.
  package init(decoding bytes: [UInt8]) throws(WorkerError) {
    guard bytes.contains(where: { !$0.isSpace }) else {
      throw WorkerError(
        "no request on standard input; `nsl-run worker` is started by nsl-run")
    }
    do {
      self = try WireFormat.decode(WorkerRequest.self, from: bytes)
    } catch {
      throw WorkerError("the request on standard input cannot be read: \(WireFormat.words(error))")
    }
    if let problem { throw WorkerError("the request on standard input is impossible: \(problem)") }
  }

  private var problem: String? {
    if let problem = stage.work.problem { return problem }
    guard stage.work.engineRevision == EngineInformation.revision else {
      return "it is for revision \(stage.work.engineRevision) of the engine, this is revision"
        + " \(EngineInformation.revision)"
    }
    // What is stored under a key is what the key says.
    guard stage.work.key == stage.key else { return "its key is not that of its settings" }
    if let threads, !(1...ThreadPool.most).contains(threads) { return "\(threads) threads" }
    guard (1...1 << 24).contains(dataset.format.classes) else {
      return "images of \(dataset.format.classes) classes"
    }
    guard !store.isEmpty, !store.contains("\0"), !dataset.folder.contains("\0") else {
      return "its store or its data have no path"
    }
    return nil
  }
}

extension UInt8 {
  var isSpace: Bool { self == UInt8(ascii: " ") || (9...13).contains(self) }
}
