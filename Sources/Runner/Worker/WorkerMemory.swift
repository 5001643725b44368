internal import Experiments
internal import Learning
package import Results

/// What a worker keeps from one stage to the next, because making it takes longer than small stages do.
/// What a stage stores does not depend on it.
package final class WorkerMemory {
  /// Networks that were compiled, with their buffers.
  let compiled: CompiledModels
  /// This machine; it does not change.
  let environment: Provenance.Environment
  private var datasets: Recent<PreparedDataset, Dataset>
  private var models: Recent<StageKey, TrainedModel>

  /// Bytes of compiled networks, and as many again of trained weights, that are kept at most.
  package static let standardLimit = 64 << 20

  package init(limit: Int = standardLimit, environment: Provenance.Environment? = nil) {
    self.environment = environment ?? EnvironmentInfo.current.provenance
    compiled = CompiledModels(limit: limit)
    // Mapped files: they take addresses, not memory.
    datasets = Recent(limit: limit > 0 ? 4 : 0)
    models = Recent(limit: limit)
  }

  /// The dataset, opened once.
  func open(_ dataset: PreparedDataset) throws(DatasetError) -> Dataset {
    if let known = datasets[dataset] { return known }
    let opened = try dataset.open()
    datasets.add(opened, for: dataset, size: 1)
    return opened
  }

  /// Keeps a model that was trained just now, whose weights are those that are stored.
  func keep(_ model: TrainedModel, of key: StageKey) {
    models.add(model, for: key, size: 4 * model.parameters.count)
  }

  /// The trained model of a stage, read once.
  func model(_ key: StageKey, _ read: () throws -> TrainedModel) throws -> TrainedModel {
    if let known = models[key] { return known }
    let model = try read()
    keep(model, of: key)
    return model
  }
}

/// The values that were asked for last, as far as they fit.
private struct Recent<Key: Hashable, Value> {
  private struct Entry {
    var value: Value
    var size: Int
    /// A number that grows with each question.
    var lastUse: Int
  }

  private let limit: Int
  private var entries: [Key: Entry] = [:]
  private var size = 0
  private var time = 0

  init(limit: Int) { self.limit = limit }

  subscript(key: Key) -> Value? {
    mutating get {
      time += 1
      entries[key]?.lastUse = time
      return entries[key]?.value
    }
  }

  mutating func add(_ value: Value, for key: Key, size: Int) {
    guard size <= limit else { return }
    time += 1
    self.size += size - (entries[key]?.size ?? 0)
    entries[key] = Entry(value: value, size: size, lastUse: time)
    while self.size > limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      self.size -= oldest.value.size
      entries[oldest.key] = nil
    }
  }
}
