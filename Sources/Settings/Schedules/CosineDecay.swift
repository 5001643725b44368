/// Half a wave of the cosine down to `alpha` of the rate, where it stays.
///
/// - Source: `CosineDecay` of Keras 2.15.
package struct CosineDecay: ShapeDeclaration {
  package var decaySteps: Int?
  package var decayEpochs: Double?
  /// The final rate as a fraction of the initial one.
  package var alpha = 0.0

  package init() {}

  package static let word = "cosine"
  package static let summary = "the rate decays along half a cosine"
  package static let fields: [Field<CosineDecay>] = [
    Field(
      \.decaySteps, "decay_steps", .updates, "length of the decay in steps",
      default: "the rest of training"),
    Field(
      \.decayEpochs, "decay_epochs", .number(.positive),
      "length of the decay in epochs (may be a fraction)", default: "the rest of training"),
    Field(\.alpha, "alpha", .number(.unit), "final rate as a fraction of the initial one"),
  ]

  package mutating func complete(_ reader: any SettingsReader) {
    _ = reader.onlyOne(of: ["decay_steps", "decay_epochs"])
  }

  /// `nil` for the rest of training.
  package var decay: Span? { Span(steps: decaySteps, epochs: decayEpochs) }

  package func build<Builder: ScheduleBuilder>(with builder: Builder) -> Builder.Rate {
    builder.build(self)
  }
}
