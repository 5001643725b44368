/// Tieleman and Hinton 2012, with epsilon inside the square root; `centered` divides by the variance
/// in place of the mean square.
///
/// - Source: `keras/src/optimizers/rmsprop.py` of Keras 2.15.
package struct RMSprop: OptimizerDeclaration {
  package var rho = 0.9
  package var momentum = 0.0
  package var epsilon = 1e-7
  package var centered = false

  package init() {}

  package static let word = "rmsprop"
  package static let summary = "steps divided by the square root of the mean squared gradient"
  package static let fields: [Field<RMSprop>] = [
    Field(\.rho, "rho", .number(.unitBelowOne), "decay rate of the mean squared gradient"),
    Field(\.momentum, "momentum", .number(.unitBelowOne), "fraction of the last step that is kept"),
    Field(\.epsilon, "epsilon", .number(.positive), "added inside the square root"),
    Field(
      \.centered, "centered", .boolean,
      "use the variance of the gradient instead of its mean square"),
  ]

  /// The mean has the third place, also where there is no momentum.
  package var vectors: Int { centered ? 3 : momentum > 0 ? 2 : 1 }

  package func build<Builder: OptimizerBuilder>(with builder: Builder) -> Builder.Rule {
    builder.build(self)
  }
}
