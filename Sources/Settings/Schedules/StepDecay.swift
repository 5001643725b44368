/// The rate drops after every so many steps or epochs, or at given ones.
///
/// - Source: `torch/optim/lr_scheduler.py` of PyTorch (`StepLR`, `MultiStepLR`).
package struct StepDecay: ShapeDeclaration {
  package var stepSizeSteps: Int?
  package var stepSizeEpochs: Int?
  package var boundariesSteps: [Int]?
  package var boundariesEpochs: [Int]?
  /// The factor of each drop.
  package var gamma = 0.1

  package init() {}

  package static let word = "step"
  package static let summary = "the rate drops at regular intervals, or at given steps or epochs"
  private static let boundaries = SettingType<[Int]>.list(of: .updates, minimum: 1)
  package static let fields: [Field<StepDecay>] = [
    Field(
      \.stepSizeSteps, "step_size_steps", .updates, "steps between two drops", default: "none"),
    Field(
      \.stepSizeEpochs, "step_size_epochs", .updates, "epochs between two drops",
      default: "none"),
    Field(
      \.boundariesSteps, "boundaries_steps", boundaries,
      "the steps, counted from 0, at which the rate drops", default: "none"),
    Field(
      \.boundariesEpochs, "boundaries_epochs", boundaries,
      "the epochs after which the rate drops", default: "none"),
    Field(\.gamma, "gamma", .number(.positive), "factor of each drop"),
  ]

  package mutating func complete(_ reader: any SettingsReader) {
    let names = Self.fields.map(\.key.name).filter { $0 != "gamma" }
    if reader.onlyOne(of: names) == nil { reader.requireOne(of: names) }
    for (name, places) in [
      ("boundaries_steps", boundariesSteps), ("boundaries_epochs", boundariesEpochs),
    ] {
      guard let places, !zip(places, places.dropFirst()).allSatisfy({ $0 < $1 }) else { continue }
      reader.report(.outOfRange, "`\(name)` must be in increasing order", at: name)
    }
  }

  package func build<Builder: ScheduleBuilder>(with builder: Builder) -> Builder.Rate {
    builder.build(self)
  }
}
