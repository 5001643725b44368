import YAML

/// The schedules that a spec may name.
enum ScheduleName: String, CaseIterable, Sendable {
  case constant
  case step
  case exponential
  case cosine
  case oneCycle = "one_cycle"
}

/// `hparams.schedule:` as a mapping.
enum ScheduleSection {
  static let type = ValueType<ScheduleName>.choice("schedule")
  private static let steps = ValueType<Int>.integer(1...1_000_000_000)
  private static let boundaries = ValueType<[Int]>.list(of: steps, minimum: 1)

  static let name = Key("name", type, default: .constant, "the shape")
  static let stepSizeSteps = OptionalKey(
    "step_size_steps", steps, .words("none"), "steps between two drops; for `step`")
  static let stepSizeEpochs = OptionalKey(
    "step_size_epochs", steps, .words("none"), "epochs between two drops; for `step`")
  static let boundariesSteps = OptionalKey(
    "boundaries_steps", boundaries, .words("none"),
    "the steps, counted from 0, at which the rate drops; for `step`")
  static let boundariesEpochs = OptionalKey(
    "boundaries_epochs", boundaries, .words("none"),
    "the epochs after which the rate drops; for `step`")
  static let gamma = Key(
    "gamma", .number(.positive), default: 0.1, "what each drop multiplies with; for `step`")
  static let decaySteps = OptionalKey(
    "decay_steps", steps, .words("`cosine` all that is left"),
    "length of the decay; for `exponential` and `cosine`")
  static let decayEpochs = OptionalKey(
    "decay_epochs", .number(.positive), .words("`cosine` all that is left"),
    "the same in epochs, which may be a fraction")
  static let decayRate = OptionalKey(
    "decay_rate", .number(.positive), .words("required for `exponential`"),
    "what each length of the decay multiplies with; for `exponential`")
  static let staircase = Key(
    "staircase", .boolean, default: false, "decay at the end of each length; for `exponential`")
  static let alpha = Key(
    "alpha", .number(.unit), default: 0, "the share of the rate that is left; for `cosine`")
  static let pctStart = Key(
    "pct_start", .number(.unit), default: 0.3, "the share of steps that rise; for `one_cycle`")
  static let divFactor = Key(
    "div_factor", .number(.positive), default: 25,
    "the first rate is the top over this; for `one_cycle`")
  static let finalDivFactor = Key(
    "final_div_factor", .number(.positive), default: 1e4,
    "the last rate is the first over this; for `one_cycle`")
  static let warmupSteps = OptionalKey(
    "warmup_steps", steps, .words("none"), "steps in which the rate rises before the shape begins")
  static let warmupEpochs = OptionalKey(
    "warmup_epochs", .number(.positive), .words("none"),
    "the same in epochs, which may be a fraction")
  static let warmupStartFactor = Key(
    "warmup_start_factor", .number(.unit), default: 0,
    "where the rise begins, as a share of the rate at its end")

  static let section = Section(
    "hparams.schedule", "how the learning rate changes",
    keys: [
      name.description, stepSizeSteps.description, stepSizeEpochs.description,
      boundariesSteps.description, boundariesEpochs.description, gamma.description,
      decaySteps.description, decayEpochs.description, decayRate.description,
      staircase.description, alpha.description, pctStart.description, divFactor.description,
      finalDivFactor.description, warmupSteps.description, warmupEpochs.description,
      warmupStartFactor.description,
    ])

  private static let settings: [ScheduleName: [String]] = [
    .constant: [],
    .step: [
      stepSizeSteps.name, stepSizeEpochs.name, boundariesSteps.name, boundariesEpochs.name,
      gamma.name,
    ],
    .exponential: [decaySteps.name, decayEpochs.name, decayRate.name, staircase.name],
    .cosine: [decaySteps.name, decayEpochs.name, alpha.name],
    .oneCycle: [pctStart.name, divFactor.name, finalDivFactor.name],
  ]

  /// - Parameter epochs: That warm-up must leave something of; `nil` where they are wrong.
  /// - Returns: `nil` where the rate stays as it is.
  static func decode(
    _ node: Node?, epochs: Int?, _ diagnostics: Diagnostics
  ) -> ScheduleSettings? {
    guard let node, !node.isNull else { return nil }
    let (name, reader, isKnown) = SectionReader.named(
      name, section, node, TrainingSection.schedule, diagnostics)
    let warmups = [warmupSteps.name, warmupEpochs.name, warmupStartFactor.name]
    let own = isKnown ? (settings[name] ?? []) + warmups : section.names
    reader.accept(
      only: ["name"] + own, suggestion: "its settings are \(listed(own))"
    ) { "`\($0)` is not a setting of the schedule \(name.rawValue)" }
    let warmup = self.warmup(reader, epochs)
    guard let shape = shape(name, reader), shape != .constant || warmup != nil else { return nil }
    return ScheduleSettings(
      shape: shape, warmup: warmup,
      warmupStartFactor: warmup == nil ? 0 : reader.value(warmupStartFactor))
  }

  private static func warmup(_ reader: SectionReader, _ epochs: Int?) -> SpanSettings? {
    let warmup = span(warmupSteps, warmupEpochs, reader)
    if case .epochs(let length) = warmup, let epochs, length >= Double(epochs) {
      reader.diagnostics.error(
        .conflict, "`warmup_epochs` \(length) leaves nothing of \(epochs) epochs",
        at: reader.place(warmupEpochs.name))
    }
    let spans = [warmupSteps.name, warmupEpochs.name]
    if spans.allSatisfy({ reader.node($0) == nil }),
      let range = reader.keyRange(warmupStartFactor.name)
    {
      reader.diagnostics.error(
        .conflict, "`warmup_start_factor` without a warm-up means nothing", at: range,
        suggestion: "add `warmup_steps` or `warmup_epochs`")
    }
    return warmup
  }

  private static func shape(_ name: ScheduleName, _ reader: SectionReader) -> ScheduleShape? {
    switch name {
    case .constant: return .constant
    case .step: return drops(reader)
    case .exponential:
      let decay = span(decaySteps, decayEpochs, reader)
      reader.missing([decaySteps.name, decayEpochs.name])
      let rate = reader.required(decayRate)
      guard let decay, let rate else { return nil }
      return .exponential(decay: decay, rate: rate, staircase: reader.value(staircase))
    case .cosine:
      return .cosine(decay: span(decaySteps, decayEpochs, reader), alpha: reader.value(alpha))
    case .oneCycle:
      return .oneCycle(
        pctStart: reader.value(pctStart), divFactor: reader.value(divFactor),
        finalDivFactor: reader.value(finalDivFactor))
    }
  }

  private static func drops(_ reader: SectionReader) -> ScheduleShape? {
    let names = [
      stepSizeSteps.name, stepSizeEpochs.name, boundariesSteps.name, boundariesEpochs.name,
    ]
    guard let given = reader.only(of: names) else {
      reader.missing(names)
      return nil
    }
    let gamma = reader.value(gamma)
    switch given {
    case stepSizeSteps.name:
      return reader.value(stepSizeSteps).map { .step(size: .steps($0), gamma: gamma) }
    case stepSizeEpochs.name:
      return reader.value(stepSizeEpochs).map { .step(size: .epochs(Double($0)), gamma: gamma) }
    default:
      let key = given == boundariesSteps.name ? boundariesSteps : boundariesEpochs
      guard let places = reader.value(key) else { return nil }
      if !zip(places, places.dropFirst()).allSatisfy({ $0 < $1 }) {
        reader.diagnostics.error(
          .outOfRange, "`\(key.name)` must rise", at: reader.place(key.name))
      }
      return .boundaries(
        places, unit: given == boundariesSteps.name ? .steps : .epochs, gamma: gamma)
    }
  }

  /// A length in steps or in epochs; `nil` where there is none.
  private static func span(
    _ steps: OptionalKey<Int>, _ epochs: OptionalKey<Double>, _ reader: SectionReader
  ) -> SpanSettings? {
    switch reader.only(of: [steps.name, epochs.name]) {
    case steps.name: reader.value(steps).map { .steps($0) }
    case epochs.name: reader.value(epochs).map { .epochs($0) }
    default: nil
    }
  }
}
