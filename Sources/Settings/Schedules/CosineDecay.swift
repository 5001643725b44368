/// Half a wave of the cosine down to `alpha` of the rate, where it stays.
///
/// - Source: `CosineDecay` of Keras 2.15.
package struct CosineDecay: ShapeDeclaration {
  package var decaySteps: Int?
  package var decayEpochs: Double?
  /// The share of the rate that is left.
  package var alpha = 0.0

  package init() {}

  package static let word = "cosine"
  package static let summary = "the rate falls along half a cosine"
  package static let fields: [Field<CosineDecay>] = [
    Field(
      \.decaySteps, "decay_steps", .updates, "length of the decay",
      default: "all that is left of training"),
    Field(
      \.decayEpochs, "decay_epochs", .number(.positive),
      "the same in epochs, which may be a fraction", default: "all that is left of training"),
    Field(\.alpha, "alpha", .number(.unit), "the share of the rate that is left"),
  ]

  package mutating func complete(_ reader: any SettingsReader) {
    _ = reader.onlyOne(of: ["decay_steps", "decay_epochs"])
  }

  /// `nil` for all that is left of training.
  package var decay: Span? { Span(steps: decaySteps, epochs: decayEpochs) }

  package func build<Builder: ScheduleBuilder>(with builder: Builder) -> Builder.Rate {
    builder.build(self)
  }
}
