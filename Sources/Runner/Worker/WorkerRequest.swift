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

  package init(stage: Stage, dataset: PreparedDataset, store: String, programVersion: String) {
    self.stage = stage
    self.dataset = dataset
    self.store = store
    self.programVersion = programVersion
  }
}
