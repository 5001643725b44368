/// The functions of an element, in Keras's words.
package enum ActivationName: String, Codable, Hashable, Sendable, CaseIterable {
  case linear
  case relu
  case tanh
  case sigmoid
  case elu
  case leakyReLU = "leaky_relu"
  case softplus
  case gelu
  case swish
}

extension ActivationName {
  /// Other spellings.
  package static let aliases: [String: ActivationName] = ["silu": .swish]

  /// The name of a function, but not of one that turns logits into probabilities.
  package static let type = SettingType<ActivationName>(
    choice.schema, encode: choice.encode
  ) { source in
    guard source.word == "softmax" || source.word == "log_softmax" else {
      return choice.decode(source)
    }
    source.report(
      .conflict, "cannot be `softmax`: losses and attacks work on logits",
      suggestion: "leave it out: softmax is part of the loss")
    return nil
  }

  private static let choice = SettingType<ActivationName>.choice("activation", aliases: aliases)
}

/// A function of each element.
package struct ActivationLayer: LayerDeclaration {
  package var activation = ActivationName.linear

  package init() {}

  package init(_ activation: ActivationName) { self.activation = activation }

  package static let word = "activation"
  package static let summary = "an activation function, applied to each element"
  package static let mainKey: String? = "activation"
  package static let fields: [Field<ActivationLayer>] = [
    Field(
      \.activation, "activation", ActivationName.type, "the activation function",
      isRequired: true)
  ]

  package func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape { inputs[0] }
  package var parts: [any LayerDeclaration] { activation == .linear ? [] : [self] }

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}
