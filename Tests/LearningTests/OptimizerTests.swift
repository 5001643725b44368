import FoundationEssentials
import Learning
import Settings
import TestSupport
import Testing

/// `optimizers.json`, made by `make_optimizer_vectors.py` beside it.
private struct OptimizerFile: Decodable {
  struct Case: Decodable {
    let name: String
    let library: String?
    let learning_rate: Float
    let momentum: Double?
    let nesterov: Bool?
    let beta1: Double?
    let beta2: Double?
    let epsilon: Double?
    let amsgrad: Bool?
    let rho: Double?
    let centered: Bool?
    let initial_accumulator_value: Double?
    let weight_decay: Float?
    let trajectory: [[Float]]

    var optimizer: Optimizer? {
      switch name {
      case "sgd": .sgd(momentum: momentum ?? 0, nesterov: nesterov ?? false)
      case "rmsprop":
        .rmsprop(
          rho: rho ?? 0, momentum: momentum ?? 0, epsilon: epsilon ?? 0, centered: centered ?? false
        )
      case "adagrad":
        .adagrad(initialAccumulator: initial_accumulator_value ?? 0, epsilon: epsilon ?? 0)
      case "adam":
        .adam(
          beta1: beta1 ?? 0, beta2: beta2 ?? 0, epsilon: epsilon ?? 0, amsgrad: amsgrad ?? false)
      default: nil
      }
    }
  }
  let start: [Float]
  let gradients: [[Float]]
  let cases: [Case]
}

@Suite struct OptimizerTests {
  @Test func `follows the trajectories of Keras and of PyTorch`() throws {
    let file = try decoded(OptimizerFile.self, "optimizers.json")
    #expect(file.cases.count == 23)
    for vector in file.cases {
      let optimizer = try #require(vector.optimizer)
      var weights = file.start
      let state = optimizer.makeState(count: weights.count)
      for (gradient, expected) in zip(file.gradients, vector.trajectory) {
        weights.withUnsafeMutableBufferPointer { weights in
          gradient.withUnsafeBufferPointer {
            optimizer.update(
              weights, gradient: $0, learningRate: vector.learning_rate,
              weightDecay: vector.weight_decay ?? 0, state: state)
          }
        }
        for (weight, value) in zip(weights, expected) {
          #expect(
            (weight - value).magnitude <= 1e-6 * max(1, value.magnitude),
            "\(vector.library ?? "keras") \(optimizer): \(weights), expected \(expected)")
        }
      }
    }
  }
}
