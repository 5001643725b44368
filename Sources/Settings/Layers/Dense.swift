/// A fully connected layer, then an activation function.
package struct Dense: LayerDeclaration {
  package var units = 0
  package var activation = ActivationName.linear
  package var useBias = true

  package init() {}

  package init(units: Int, activation: ActivationName = .linear, useBias: Bool = true) {
    self.units = units
    self.activation = activation
    self.useBias = useBias
  }

  package static let word = "dense"
  package static let summary = "a fully connected layer; its input must be flat"
  package static let mainKey: String? = "units"
  package static let hasWeights = true
  package static let keepsResult = true
  package static let fields: [Field<Dense>] = [
    Field(\.units, "units", .width, "number of output units", isRequired: true),
    Field(\.activation, "activation", ActivationName.type, "the activation function"),
    Field(\.useBias, "use_bias", .boolean, "whether to add a bias"),
  ]

  package func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape {
    guard inputs[0].isRow else {
      throw ShapeProblem(
        "needs a flat input, and its input is an image of \(inputs[0]); put `flatten` or"
          + " `global_average_pooling2d` before it")
    }
    return LayerShape([units])
  }

  package func weights(for input: LayerShape) -> [WeightDeclaration] {
    // A flattened image is read as it lies: channels first.
    let inputs = input.image.map { [$0[2], $0[0], $0[1]] } ?? [input.count]
    let kernel = WeightDeclaration(
      name: "kernel", shape: [units] + inputs, kerasShape: [input.count, units],
      initializer: .glorotUniform(fanIn: input.count, fanOut: units))
    return [kernel] + (useBias ? [.vector("bias", units, .zeros)] : [])
  }

  package var parts: [any LayerDeclaration] {
    var plain = self
    plain.activation = .linear
    return [plain] + ActivationLayer(activation).parts
  }

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}
