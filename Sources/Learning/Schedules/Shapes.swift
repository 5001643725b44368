import CFunctions
import Settings

extension ConstantRate: RateRule {
  func rate(at place: SchedulePlace) -> Double { place.base }
}

extension StepDecay: RateRule {
  func rate(at place: SchedulePlace) -> Double {
    place.base * nsl_pow(gamma, drops(before: place.step, place.stepsPerEpoch))
  }

  private func drops(before step: Double, _ perEpoch: Int) -> Double {
    if let size = Span(steps: stepSizeSteps, epochs: stepSizeEpochs.map(Double.init)) {
      return (step / size.steps(perEpoch: perEpoch)).rounded(.down)
    }
    let boundaries =
      boundariesSteps?.map { Span.steps(Double($0)) }
      ?? boundariesEpochs?.map { Span.epochs(Double($0)) } ?? []
    return Double(boundaries.count { $0.steps(perEpoch: perEpoch) <= step })
  }
}

extension ExponentialDecay: RateRule {
  func rate(at place: SchedulePlace) -> Double {
    guard let decay else { return place.base }
    let share = place.step / decay.steps(perEpoch: place.stepsPerEpoch)
    return place.base * nsl_pow(decayRate, staircase ? share.rounded(.down) : share)
  }
}

extension CosineDecay: RateRule {
  func rate(at place: SchedulePlace) -> Double {
    let length = decay?.steps(perEpoch: place.stepsPerEpoch) ?? place.total
    let wave = 0.5 * (1 + nsl_cos(.pi * min(place.step, length) / length))
    return place.base * ((1 - alpha) * wave + alpha)
  }
}

extension OneCycle: RateRule {
  func rate(at place: SchedulePlace) -> Double {
    let (step, total) = (place.step, place.total)
    let start = place.base / divFactor
    let top = pctStart * total - 1
    func anneal(_ from: Double, _ to: Double, _ begin: Double, _ end: Double) -> Double {
      // A phase without length is at its end.
      let share = end > begin ? min(1, (step - begin) / (end - begin)) : 1
      return to + (from - to) / 2 * (nsl_cos(.pi * share) + 1)
    }
    return step <= top
      ? anneal(start, place.base, 0, top)
      : anneal(place.base, start / finalDivFactor, top, total - 1)
  }
}

extension RateRules {
  func build(_ settings: ConstantRate) -> any RateRule { settings }
  func build(_ settings: StepDecay) -> any RateRule { settings }
  func build(_ settings: ExponentialDecay) -> any RateRule { settings }
  func build(_ settings: CosineDecay) -> any RateRule { settings }
  func build(_ settings: OneCycle) -> any RateRule { settings }
}
