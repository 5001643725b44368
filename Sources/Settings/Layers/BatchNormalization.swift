/// Normalizes each channel with the batch's mean and variance in training, with their moving
/// averages otherwise.
package struct BatchNormalization: LayerDeclaration {
  package var momentum = 0.99
  package var epsilon = 0.001

  package init() {}

  package init(momentum: Double, epsilon: Double) {
    self.momentum = momentum
    self.epsilon = epsilon
  }

  package static let word = "batch_normalization"
  package static let summary =
    "normalizes each channel with the batch's mean and variance in training, with moving averages"
    + " otherwise; then applies a learned scale and offset"
  package static let hasWeights = true
  package static let keepsResult = true
  package static let fields: [Field<BatchNormalization>] = [
    Field(
      \.momentum, "momentum", .number(.unit),
      "momentum of the moving averages: the fraction that is kept at each training step"),
    Field(\.epsilon, "epsilon", .number(.positive), "small number added to the variance"),
  ]

  package func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape {
    inputs[0].isRow ? inputs[0].row : inputs[0]
  }

  package func weights(for input: LayerShape) -> [WeightDeclaration] {
    let channels = input.channels
    return [
      .vector("gamma", channels, .ones), .vector("beta", channels, .zeros),
      .vector("moving_mean", channels, .zeros, isTrained: false),
      .vector("moving_variance", channels, .ones, isTrained: false),
    ]
  }

  package func readsRows(_ inputs: [LayerShape]) -> Bool { inputs[0].isRow }

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}
