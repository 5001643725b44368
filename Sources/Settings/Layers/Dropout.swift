/// In training: drops elements at random and scales the others by `1 / (1 - rate)`.
package struct Dropout: LayerDeclaration {
  package var rate = 0.0

  package init() {}

  package init(rate: Double) { self.rate = rate }

  package static let word = "dropout"
  package static let summary = "sets random elements to zero, in training only"
  package static let mainKey: String? = "rate"
  package static let fields: [Field<Dropout>] = [
    Field(
      \.rate, "rate", .number(.unitBelowOne), "fraction of the elements that are set to zero",
      isRequired: true)
  ]

  package func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape { inputs[0] }
  package var parts: [any LayerDeclaration] { rate == 0 ? [] : [self] }

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}
