/// A schedule's settings one by one, for keys and for resolved specs.
extension ScheduleSettings {
  /// What a line holds.
  enum Value {
    case word(String)
    case integer(Int)
    case integers([Int])
    case number(Double)
    case boolean(Bool)
  }

  /// The schedule's name.
  var name: ScheduleName {
    switch shape {
    case .constant: .constant
    case .step, .boundaries: .step
    case .exponential: .exponential
    case .cosine: .cosine
    case .oneCycle: .oneCycle
    }
  }

  /// All but the name, under the names of the section's keys.
  var lines: [(name: String, value: Value)] {
    typealias Section = ScheduleSection
    func span(
      _ span: SpanSettings, _ steps: OptionalKey<Int>, _ epochs: String
    ) -> (name: String, value: Value) {
      switch span {
      case .steps(let count): (steps.name, .integer(count))
      case .epochs(let count): (epochs, .number(count))
      }
    }
    var lines: [(name: String, value: Value)] = []
    switch shape {
    case .constant: break
    case .step(.steps(let size), let gamma):
      lines = [(Section.stepSizeSteps.name, .integer(size)), (Section.gamma.name, .number(gamma))]
    case .step(.epochs(let size), let gamma):
      lines = [
        (Section.stepSizeEpochs.name, .integer(Int(size))), (Section.gamma.name, .number(gamma)),
      ]
    case .boundaries(let places, let unit, let gamma):
      let key = unit == .steps ? Section.boundariesSteps : Section.boundariesEpochs
      lines = [(key.name, .integers(places)), (Section.gamma.name, .number(gamma))]
    case .exponential(let decay, let rate, let staircase):
      lines = [
        span(decay, Section.decaySteps, Section.decayEpochs.name),
        (Section.decayRate.name, .number(rate)), (Section.staircase.name, .boolean(staircase)),
      ]
    case .cosine(let decay, let alpha):
      if let decay { lines = [span(decay, Section.decaySteps, Section.decayEpochs.name)] }
      lines.append((Section.alpha.name, .number(alpha)))
    case .oneCycle(let pctStart, let divFactor, let finalDivFactor):
      lines = [
        (Section.pctStart.name, .number(pctStart)), (Section.divFactor.name, .number(divFactor)),
        (Section.finalDivFactor.name, .number(finalDivFactor)),
      ]
    }
    if let warmup {
      lines.append(span(warmup, Section.warmupSteps, Section.warmupEpochs.name))
      lines.append((Section.warmupStartFactor.name, .number(warmupStartFactor)))
    }
    return lines
  }
}

extension KeyEncoder {
  mutating func add(_ schedule: ScheduleSettings) {
    add("schedule", schedule.name.rawValue)
    for (name, value) in schedule.lines {
      switch value {
      case .word(let value): add(name, value)
      case .integer(let value): add(name, value)
      case .integers(let values): add(name, values)
      case .number(let value): add(name, value)
      case .boolean(let value): add(name, value)
      }
    }
  }
}

extension ResolvedSpec {
  static func add(_ schedule: ScheduleSettings, _ writer: inout BlockWriter) {
    writer.add(ScheduleSection.name, schedule.name)
    for (name, value) in schedule.lines {
      switch value {
      case .word(let value): writer.add(name, quoted(value))
      case .integer(let value): writer.add(name, "\(value)")
      case .integers(let values): writer.add(name, "\(values)")
      case .number(let value): writer.add(name, "\(value)")
      case .boolean(let value): writer.add(name, "\(value)")
      }
    }
  }
}
