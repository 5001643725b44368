import Measurements

/// How far a training is and what it remembers, beside the weights and the optimizer's state.
struct TrainingLoop: Hashable, Sendable {
  /// Epochs that are done.
  var epoch = 0
  /// Steps of the next epoch that are done.
  var step = 0
  /// Of those steps.
  var means: RunningMeans
  /// One entry per epoch that is done.
  var history: [EpochMetrics] = []
  var stopping: EarlyStoppingState?
  /// The weights of the best epoch so far, `[P + S]`; empty where they are not to be restored.
  var best: [Float]

  /// Before the first step.
  init(means: RunningMeans, stopping: EarlyStoppingState?, best: [Float]) {
    self.means = means
    self.stopping = stopping
    self.best = best
  }

  /// Ends an epoch.
  ///
  /// - Parameter next: The means of no step.
  /// - Returns: What the epoch means to early stopping.
  mutating func endEpoch(
    _ metrics: EpochMetrics, weights: UnsafeMutableBufferPointer<Float>, next: RunningMeans
  ) -> EarlyStoppingState.Decision {
    history.append(metrics)
    epoch += 1
    step = 0
    means = next
    let decision = stopping?.observe(metrics, epoch: epoch) ?? EarlyStoppingState.Decision()
    if decision.isBest {
      for i in best.indices { best[i] = weights[i] }
    }
    return decision
  }
}

/// As JSON without the weights, which are many.
extension TrainingLoop: Codable {
  private enum CodingKeys: String, CodingKey { case epoch, step, means, history, stopping }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epoch = try container.decode(Int.self, forKey: .epoch)
    step = try container.decode(Int.self, forKey: .step)
    means = try container.decode(RunningMeans.self, forKey: .means)
    history = try container.decode([EpochMetrics].self, forKey: .history)
    stopping = try container.decodeIfPresent(EarlyStoppingState.self, forKey: .stopping)
    best = []
  }
}
