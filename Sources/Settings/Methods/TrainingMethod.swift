/// How a training is made robust: its word, its settings, and what the program has to know of it
/// before it runs.
package protocol MethodDeclaration: WordSettings {
  /// How often an example goes through the model in a training step.
  var passes: Passes { get }
  /// Gradients at the weights that are kept at a time.
  var gradients: Int { get }
  func build<Builder: MethodBuilder>(with builder: Builder) -> Builder.Objective
}

/// Makes the computation of each method: what does not know them all does not compile.
package protocol MethodBuilder {
  associatedtype Objective
  func build(_ settings: PlainTraining) -> Objective
  func build(_ settings: NSL) -> Objective
}

/// A training method with its settings.
package struct TrainingMethod: Choice {
  package var method: any MethodDeclaration

  package init(_ method: any MethodDeclaration) { self.method = method }

  package static let noun = "training method"
  package static let later = ["pgd-at", "trades", "fast", "free", "mart", "vat", "alp"]
  package static let alternatives = ([PlainTraining(), NSL()] as [any MethodDeclaration])
    .map { Alternative(TrainingMethod($0)) }

  /// Without anything adversarial.
  package static let none = TrainingMethod(PlainTraining())
  package var isNone: Bool { word == PlainTraining.word }

  package var settings: any WordSettings { method }
  package func reading(_ reader: any SettingsReader) -> Self { Self(method.reading(reader)) }
  package func decoded(from decoder: any Decoder) throws -> Self {
    Self(try method.decoded(from: decoder))
  }
}

/// Training on clean images alone.
package struct PlainTraining: MethodDeclaration {
  package init() {}

  package static let word = "none"
  package static let summary = "training on clean images"
  package static let fields: [Field<PlainTraining>] = []

  package var passes: Passes { Passes(gradient: 1) }
  package var gradients: Int { 1 }

  package func build<Builder: MethodBuilder>(with builder: Builder) -> Builder.Objective {
    builder.build(self)
  }
}
