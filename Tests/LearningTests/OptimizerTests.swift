import FoundationEssentials
import Learning
import TestSupport
import Testing

/// `optimizers.json`, made by `make_optimizer_vectors.py` beside it.
private struct OptimizerFile: Decodable {
  struct Case: Decodable {
    let name: String
    let learning_rate: Float
    let momentum: Double?
    let nesterov: Bool?
    let beta1: Double?
    let beta2: Double?
    let epsilon: Double?
    let trajectory: [[Float]]

    var optimizer: Optimizer {
      name == "adam"
        ? .adam(beta1: beta1 ?? 0, beta2: beta2 ?? 0, epsilon: epsilon ?? 0)
        : .sgd(momentum: momentum ?? 0, nesterov: nesterov ?? false)
    }
  }
  let start: [Float]
  let gradients: [[Float]]
  let cases: [Case]
}

@Suite struct OptimizerTests {
  @Test func `follows the trajectories of Keras`() throws {
    let file = try JSONDecoder().decode(OptimizerFile.self, from: fixture("optimizers.json"))
    #expect(file.cases.count == 5)
    for vector in file.cases {
      var weights = file.start
      let state = vector.optimizer.makeState(count: weights.count)
      for (gradient, expected) in zip(file.gradients, vector.trajectory) {
        weights.withUnsafeMutableBufferPointer { weights in
          gradient.withUnsafeBufferPointer {
            vector.optimizer.update(
              weights, gradient: $0, learningRate: vector.learning_rate, state: state)
          }
        }
        for (weight, value) in zip(weights, expected) {
          #expect(
            (weight - value).magnitude <= 1e-6 * max(1, value.magnitude),
            "\(vector.optimizer): \(weights), expected \(expected)")
        }
      }
    }
  }
}
