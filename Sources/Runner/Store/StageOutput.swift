package import Learning
package import Measurements

/// The names of the files that stages store.
package enum OutputFile {
  /// A trained model's weights; absent where training diverged.
  package static let weights = "model.safetensors"
  /// The weights after an epoch, where the spec wants them: `epoch-0005.safetensors`.
  package static func checkpoint(epoch: Int) -> String {
    let digits = String(epoch)
    return checkpointPrefix + String(repeating: "0", count: max(4 - digits.count, 0)) + digits
      + ".safetensors"
  }
  private static let checkpointPrefix = "epoch-"
  /// Whether a file has the name of the weights after some epoch.
  package static func isCheckpoint(_ name: String) -> Bool {
    let digits = name.dropFirst(checkpointPrefix.count).prefix { $0 != "." }
    guard let epoch = Int(digits), epoch > 0 else { return false }
    return name == checkpoint(epoch: epoch)
  }
  package static let training = "training.json"
  package static let evaluation = "evaluation.json"
  /// What came of each example: see ``ExampleOutcome``.
  package static let outcomes = "outcomes.bin"
  /// The first images of an evaluation, `[N, H, W, C]`, as little-endian float32.
  package static let images = "first-batch.f32"
  /// All images of an evaluation, where its attack keeps them: see ``KeptImages``.
  package static let kept = "adversarial.npz"
  /// What the worker logged.
  package static let log = "log.txt"
}

/// `training.json`: how a training went.
package struct TrainingRecord: Codable, Hashable, Sendable {
  package var outcome: TrainingOutcome
  /// One entry per finished epoch.
  package var history: [EpochMetrics]
  /// See ``TrainingResult``.
  package var stoppedEpoch: Int?
  package var restoredEpoch: Int?
  /// Which kernel each primitive ran on.
  package var implementations: [String]

  package init(
    outcome: TrainingOutcome, history: [EpochMetrics], stoppedEpoch: Int? = nil,
    restoredEpoch: Int? = nil, implementations: [String]
  ) {
    self.outcome = outcome
    self.history = history
    self.stoppedEpoch = stoppedEpoch
    self.restoredEpoch = restoredEpoch
    self.implementations = implementations
  }
}

/// `evaluation.json`: what an evaluation measured, and all of its first batch but the images.
package struct EvaluationRecord: Codable, Hashable, Sendable {
  package var measurement: Measurement
  /// Height, width, channels of one image.
  package var shape: [Int]
  /// Of the first batch.
  package var labels: [Int]
  /// Of the first batch.
  package var predictions: [Int]
  /// What the attack asked of the model whose gradients it used.
  package var passes: PassCounts
  /// As in ``EvaluationResult``; older records lack it.
  package var lastSteps: LastSteps?
  package var implementations: [String]

  package init(_ result: EvaluationResult) {
    measurement = result.measurement
    passes = result.passes
    lastSteps = result.lastSteps
    shape = result.firstBatch.shape
    labels = result.firstBatch.labels
    predictions = result.firstBatch.predictions
    implementations = result.implementations
  }
}

/// Images as they are stored.
enum ImageBytes {
  static func encode(_ images: [[Float]]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(images.reduce(0) { $0 + 4 * $1.count })
    // Every processor that we run on has its numbers in this order.
    for image in images { image.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  /// - Parameter size: The number of values of one image.
  static func decode(_ bytes: [UInt8], size: Int) -> [[Float]] {
    bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count - raw.count % (4 * size), by: 4 * size).map { start in
        [Float](unsafeUninitializedCapacity: size) { image, count in
          UnsafeMutableRawBufferPointer(image).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: raw[start..<start + 4 * size]))
          count = size
        }
      }
    }
  }
}
