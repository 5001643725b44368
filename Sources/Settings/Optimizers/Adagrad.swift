/// Duchi, Hazan and Singer 2011, with epsilon inside of the root.
///
/// - Source: `keras/src/optimizers/adagrad.py` of Keras 2.15.
package struct Adagrad: OptimizerDeclaration {
  package var initialAccumulator = 0.1
  package var epsilon = 1e-7

  package init() {}

  package static let word = "adagrad"
  package static let summary = "steps divided by the root of the sum of squares"
  package static let fields: [Field<Adagrad>] = [
    Field(
      \.initialAccumulator, "initial_accumulator_value", .number(.nonNegative),
      "where the sum of squares begins"),
    Field(\.epsilon, "epsilon", .number(.positive), "added inside of the root"),
  ]

  package var vectors: Int { 1 }

  package func build<Builder: OptimizerBuilder>(with builder: Builder) -> Builder.Rule {
    builder.build(self)
  }
}
