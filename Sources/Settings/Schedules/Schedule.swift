/// How the learning rate changes once warm-up is over: its word and its settings.
package protocol ShapeDeclaration: WordSettings {
  func build<Builder: ScheduleBuilder>(with builder: Builder) -> Builder.Rate
}

/// Makes the computation of each shape: what does not know them all does not compile.
package protocol ScheduleBuilder {
  associatedtype Rate
  func build(_ settings: ConstantRate) -> Rate
  func build(_ settings: StepDecay) -> Rate
  func build(_ settings: ExponentialDecay) -> Rate
  func build(_ settings: CosineDecay) -> Rate
  func build(_ settings: OneCycle) -> Rate
}

/// The shape of a schedule with its settings.
package struct ScheduleShape: Choice {
  package var shape: any ShapeDeclaration

  package init(_ shape: any ShapeDeclaration) { self.shape = shape }

  package static let noun = "schedule"
  package static let standard: ScheduleShape? = ScheduleShape(ConstantRate())
  package static let alternatives =
    ([ConstantRate(), StepDecay(), ExponentialDecay(), CosineDecay(), OneCycle()]
    as [any ShapeDeclaration]).map { Alternative(ScheduleShape($0)) }

  package var settings: any WordSettings { shape }
  package func reading(_ reader: any SettingsReader) -> Self { Self(shape.reading(reader)) }
  package func decoded(from decoder: any Decoder) throws -> Self {
    Self(try shape.decoded(from: decoder))
  }
}

/// `hparams.schedule:`.
package struct Schedule: ChoiceSettings {
  package var shape = ScheduleShape(ConstantRate())
  package var warmupSteps: Int?
  package var warmupEpochs: Double?
  /// The rate at the start of the warm-up, as a fraction of the rate at its end.
  /// `nil` without a warm-up.
  package var warmupStartFactor: Double?

  package init() {}

  /// - Parameter warmupStartFactor: The rate at the start of the warm-up; has no effect without a warm-up.
  package init(
    _ shape: any ShapeDeclaration, warmup: Span? = nil, warmupStartFactor: Double = 0
  ) {
    self.shape = ScheduleShape(shape)
    switch warmup {
    case .steps(let count)?: warmupSteps = Int(nearest: count)
    case .epochs(let count)?: warmupEpochs = count
    case nil: break
    }
    self.warmupStartFactor = warmup == nil ? nil : warmupStartFactor
  }

  package static let fields: [Field<Schedule>] = [
    Field(
      \.warmupSteps, "warmup_steps", .updates,
      "number of warm-up steps, in which the rate rises before the schedule starts", default: "none"
    ),
    Field(
      \.warmupEpochs, "warmup_epochs", .number(.positive),
      "length of the warm-up in epochs (may be a fraction)", default: "none"),
    Field(
      \.warmupStartFactor, "warmup_start_factor", .number(.unit),
      "rate at the start of the warm-up, as a fraction of the rate at its end", default: "0"),
  ]

  package var choice: ScheduleShape {
    get { shape }
    set { shape = newValue }
  }

  package var warmup: Span? { Span(steps: warmupSteps, epochs: warmupEpochs) }

  /// Whether the rate never changes.
  package var isConstant: Bool { shape.word == ConstantRate.word && warmup == nil }
}

extension Schedule {
  package mutating func complete(_ reader: any SettingsReader) {
    let isGiven = reader.onlyOne(of: ["warmup_steps", "warmup_epochs"]) != nil
    if let length = warmupEpochs, let epochs = reader.context.epochs, length >= Double(epochs) {
      reader.report(
        .conflict, "`warmup_epochs` \(length) leaves none of the \(epochs) epochs",
        at: "warmup_epochs")
    }
    guard !isGiven else {
      warmupStartFactor = warmupStartFactor ?? 0
      return
    }
    if reader.source("warmup_start_factor") != nil {
      reader.report(
        .conflict, "`warmup_start_factor` needs a warm-up", atKey: "warmup_start_factor",
        suggestion: "add `warmup_steps` or `warmup_epochs`")
    }
    warmupStartFactor = nil
  }
}

/// A length of training.
package enum Span: Hashable, Sendable {
  case steps(Double)
  case epochs(Double)

  /// The one that is given.
  package init?(steps: Int?, epochs: Double?) {
    if let steps {
      self = .steps(Double(steps))
    } else if let epochs {
      self = .epochs(epochs)
    } else {
      return nil
    }
  }

  package func steps(perEpoch: Int) -> Double {
    switch self {
    case .steps(let steps): steps
    case .epochs(let epochs): epochs * Double(perEpoch)
    }
  }
}

extension SettingType where Value == Int {
  /// Training steps.
  static var updates: Self { .integer(1...1_000_000_000) }
}

extension SettingsReader {
  /// Which of these keys is there; a second one is a mistake.
  package func onlyOne(of names: [String]) -> String? {
    let given = names.filter { source($0) != nil }
    if given.count > 1 { reportConflict(of: given[1], with: given[0]) }
    return given.first
  }
}
