/// Gradient descent; `momentum` 0 is the plain kind.
///
/// - Source: `keras/src/optimizers/sgd.py` of Keras 2.15.
package struct SGD: OptimizerDeclaration {
  package var momentum = 0.0
  package var nesterov = false

  package init() {}

  package init(momentum: Double, nesterov: Bool = false) {
    self.momentum = momentum
    self.nesterov = nesterov
  }

  package static let word = "sgd"
  package static let summary = "gradient descent"
  package static let fields: [Field<SGD>] = [
    Field(\.momentum, "momentum", .number(.unitBelowOne), "fraction of the last step that is kept"),
    Field(\.nesterov, "nesterov", .boolean, "use Nesterov momentum"),
  ]

  package mutating func complete(_ reader: any SettingsReader) {
    // A momentum that cannot be read is a mistake of its own.
    let isUnread = momentum == 0 && reader.source("momentum") != nil && !reader.isGiven("momentum")
    guard nesterov, momentum == 0, !isUnread else { return }
    reader.report(
      .conflict, "`nesterov` needs a `momentum` > 0", at: "nesterov",
      suggestion: "add `momentum: 0.9`")
  }

  package var vectors: Int { momentum == 0 ? 0 : 1 }

  package func build<Builder: OptimizerBuilder>(with builder: Builder) -> Builder.Rule {
    builder.build(self)
  }
}
