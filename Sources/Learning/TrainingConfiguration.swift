/// How a model is trained.
package struct TrainingConfiguration: Codable, Hashable, Sendable {
  package var batchSize: Int
  package var epochs: Int
  package var optimizer: Optimizer
  package var learningRate: Float
  /// See ``Optimizer/update(_:gradient:learningRate:weightDecay:state:)``.
  package var weightDecay: Float
  package var method: TrainingMethod
  /// Decides initial weights, order of examples and random perturbations.
  package var seed: Int

  package init(
    batchSize: Int, epochs: Int, optimizer: Optimizer, learningRate: Float, weightDecay: Float = 0,
    method: TrainingMethod, seed: Int
  ) {
    self.batchSize = batchSize
    self.epochs = epochs
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.method = method
    self.seed = seed
  }
}
