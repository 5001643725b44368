import Engine

/// Evaluates a model that is being trained on examples it is not trained on: in inference mode, clean,
/// without label smoothing. Threads take a batch each.
final class Validation {
  /// One for each batch, else one for each thread.
  private let passes: [LossPass]
  private let data: any ExampleSource
  private let threads: ThreadPool
  private let batchSize: Int
  private let batches: Int
  /// Of each example.
  private var losses: [Float]
  private var isRight: [Bool]

  init(_ model: CompiledModel, batchSize: Int, data: any ExampleSource) {
    self.data = data
    threads = model.threads
    let size = min(batchSize, data.count)
    let batches = (data.count + size - 1) / size
    (self.batchSize, self.batches) = (size, batches)
    passes = (0..<min(threads.count, batches)).map { _ in
      model.pass(batchSize: size, reduction: .sum, gradients: [], isShared: false)
    }
    losses = Array(repeating: 0, count: data.count)
    isRight = Array(repeating: false, count: data.count)
  }

  /// Mean loss and accuracy over all examples at the weights of this moment.
  func run() -> (loss: Double, accuracy: Double) {
    passes[0].renewWeights()
    losses.withUnsafeMutableBufferPointer { losses in
      isRight.withUnsafeMutableBufferPointer { isRight in
        let (losses, isRight) = (losses, isRight)
        threads.run(batches) { [passes, data, batchSize, batches] batch, thread in
          let pass = passes[passes.count == batches ? batch : passes.count == 1 ? 0 : thread]
          let indices = batch * batchSize..<min((batch + 1) * batchSize, data.count)
          data.fill(images: pass.images, labels: pass.labels, indices: indices)
          pass.run()
          for (n, example) in indices.enumerated() {
            losses[example] = pass.losses[n]
            isRight[example] = pass.prediction(of: n) == pass.labels[n]
          }
        }
      }
    }
    let loss = losses.reduce(0) { $0 + Double($1) }
    return (
      loss / Double(data.count), Double(isRight.count { $0 }) / Double(data.count)
    )
  }
}
