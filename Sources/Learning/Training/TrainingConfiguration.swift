/// How a model is trained.
package struct TrainingConfiguration: Codable, Hashable, Sendable {
  package var batchSize: Int
  package var epochs: Int
  package var optimizer: Optimizer
  package var learningRate: Double
  /// `nil` where the rate stays as it is.
  package var schedule: LearningRateSchedule?
  /// See ``Optimizer/update(_:gradient:learningRate:weightDecay:state:)``.
  package var weightDecay: Float
  /// In `0..<1`: the share of each label that goes to all classes alike.
  package var labelSmoothing: Float
  package var method: TrainingMethod
  /// `nil` where all epochs are trained.
  package var earlyStopping: EarlyStopping?
  /// The weights of every so many epochs are told of; `nil` for none.
  package var checkpointEvery: Int?
  /// Decides initial weights, order of examples and random perturbations.
  package var seed: Int

  package init(
    batchSize: Int, epochs: Int, optimizer: Optimizer, learningRate: Double,
    schedule: LearningRateSchedule? = nil, weightDecay: Float = 0, labelSmoothing: Float = 0,
    method: TrainingMethod, earlyStopping: EarlyStopping? = nil, checkpointEvery: Int? = nil,
    seed: Int
  ) {
    self.batchSize = batchSize
    self.epochs = epochs
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.schedule = schedule
    self.weightDecay = weightDecay
    self.labelSmoothing = labelSmoothing
    self.method = method
    self.earlyStopping = earlyStopping
    self.checkpointEvery = checkpointEvery
    self.seed = seed
  }
}
