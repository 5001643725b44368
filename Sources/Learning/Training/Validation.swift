/// Evaluates a model that is being trained on examples it is not trained on: in inference mode, clean,
/// without label smoothing.
final class Validation {
  private let pass: LossPass
  private let data: any ExampleSource

  /// - Throws: `EngineError` where oneDNN refuses a primitive.
  init(_ model: CompiledModel, batchSize: Int, data: any ExampleSource) throws {
    self.data = data
    pass = try model.pass(
      batchSize: min(batchSize, data.count), reduction: .sum, gradients: [])
  }

  var implementations: [String] { pass.implementations }

  /// Mean loss and accuracy over all examples at the weights of this moment.
  func run() -> (loss: Double, accuracy: Double) {
    var loss = 0.0
    var correct = 0
    for start in stride(from: 0, to: data.count, by: pass.batchSize) {
      let indices = start..<min(start + pass.batchSize, data.count)
      data.fill(images: pass.images, labels: pass.labels, indices: indices)
      pass.run()
      for n in 0..<indices.count {
        loss += Double(pass.losses[n])
        if pass.prediction(of: n) == pass.labels[n] { correct += 1 }
      }
    }
    return (loss / Double(data.count), Double(correct) / Double(data.count))
  }
}
