/// Times `decayRate` over every length of the decay; with `staircase` all at once at its end.
///
/// - Source: `ExponentialDecay` of Keras 2.15.
package struct ExponentialDecay: ShapeDeclaration {
  package var decaySteps: Int?
  package var decayEpochs: Double?
  package var decayRate = 1.0
  package var staircase = false

  package init() {}

  package static let word = "exponential"
  package static let summary = "the rate decays exponentially"
  package static let fields: [Field<ExponentialDecay>] = [
    Field(
      \.decaySteps, "decay_steps", .updates, "length of the decay in steps",
      default: "required without `decay_epochs`"),
    Field(
      \.decayEpochs, "decay_epochs", .number(.positive),
      "length of the decay in epochs (may be a fraction)",
      default: "required without `decay_steps`"),
    Field(
      \.decayRate, "decay_rate", .number(.positive),
      "factor per `decay_steps` or `decay_epochs`", isRequired: true),
    Field(\.staircase, "staircase", .boolean, "drop the rate only at the end of each decay length"),
  ]

  package mutating func complete(_ reader: any SettingsReader) {
    let names = ["decay_steps", "decay_epochs"]
    if reader.onlyOne(of: names) == nil { reader.requireOne(of: names) }
  }

  /// `nil` where a file that is no spec lacks it.
  package var decay: Span? { Span(steps: decaySteps, epochs: decayEpochs) }

  package func build<Builder: ScheduleBuilder>(with builder: Builder) -> Builder.Rate {
    builder.build(self)
  }
}
