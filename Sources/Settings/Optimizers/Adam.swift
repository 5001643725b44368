/// Kingma and Ba 2015, arXiv:1412.6980, with epsilon outside the bias correction; `amsgrad`
/// divides by the largest second moment so far (Reddi et al. 2018), uncorrected as in Keras.
///
/// - Source: `keras/src/optimizers/adam.py` of Keras 2.15.
package struct Adam: OptimizerDeclaration {
  package var beta1 = 0.9
  package var beta2 = 0.999
  package var epsilon = 1e-7
  package var amsgrad = false

  package init() {}

  package static let word = "adam"
  package static let summary = "steps from running means of the gradient and its square"
  package static let fields: [Field<Adam>] = [
    Field(\.beta1, "beta_1", .number(.unitBelowOne), "decay rate of the mean gradient"),
    Field(\.beta2, "beta_2", .number(.unitBelowOne), "decay rate of the mean squared gradient"),
    Field(\.epsilon, "epsilon", .number(.positive), "added after the square root"),
    Field(\.amsgrad, "amsgrad", .boolean, "use the largest mean squared gradient so far"),
  ]

  package var vectors: Int { amsgrad ? 3 : 2 }

  package func build<Builder: OptimizerBuilder>(with builder: Builder) -> Builder.Rule {
    builder.build(self)
  }
}
