/// How a gradient changes the weights: its word, its settings, and what it remembers.
package protocol OptimizerDeclaration: WordSettings {
  /// How many numbers are remembered for each weight.
  var vectors: Int { get }
  func build<Builder: OptimizerBuilder>(with builder: Builder) -> Builder.Rule
}

/// Makes the computation of each optimizer: what does not know them all does not compile.
package protocol OptimizerBuilder {
  associatedtype Rule
  func build(_ settings: SGD) -> Rule
  func build(_ settings: RMSprop) -> Rule
  func build(_ settings: Adagrad) -> Rule
  func build(_ settings: Adam) -> Rule
}

/// An optimizer with its settings.
///
/// `momentum` and `nesterov` are names for settings of `sgd`, `adamw` for `adam` with weight decay.
package struct Optimizer: Choice {
  package var optimizer: any OptimizerDeclaration

  package init(_ optimizer: any OptimizerDeclaration) { self.optimizer = optimizer }

  package static let noun = "optimizer"
  package static let standard: Optimizer? = Optimizer(Adam())
  package static let alternatives: [Alternative<Optimizer>] = [
    Alternative(Optimizer(SGD())),
    Alternative(Optimizer(SGD(momentum: 0.9)), word: "momentum", fixed: ["nesterov"]),
    Alternative(
      Optimizer(SGD(momentum: 0.9, nesterov: true)), word: "nesterov", fixed: ["nesterov"]),
    Alternative(Optimizer(RMSprop())), Alternative(Optimizer(Adagrad())),
    Alternative(Optimizer(Adam())), Alternative(Optimizer(Adam()), word: adamW),
  ]

  /// The word for Adam with Keras's default of `AdamW`.
  package static let adamW = "adamw"
  package static let decayOfAdamW = 0.004

  package var settings: any WordSettings { optimizer }
  package func reading(_ reader: any SettingsReader) -> Self { Self(optimizer.reading(reader)) }
  package func decoded(from decoder: any Decoder) throws -> Self {
    Self(try optimizer.decoded(from: decoder))
  }
}
