/// Duchi, Hazan and Singer 2011, with epsilon inside the square root.
///
/// - Source: `keras/src/optimizers/adagrad.py` of Keras 2.15.
package struct Adagrad: OptimizerDeclaration {
  package var initialAccumulator = 0.1
  package var epsilon = 1e-7

  package init() {}

  package static let word = "adagrad"
  package static let summary = "steps divided by the square root of the sum of squared gradients"
  package static let fields: [Field<Adagrad>] = [
    Field(
      \.initialAccumulator, "initial_accumulator_value", .number(.nonNegative),
      "initial value of the sum of squared gradients"),
    Field(\.epsilon, "epsilon", .number(.positive), "added inside the square root"),
  ]

  package var vectors: Int { 1 }

  package func build<Builder: OptimizerBuilder>(with builder: Builder) -> Builder.Rule {
    builder.build(self)
  }
}
