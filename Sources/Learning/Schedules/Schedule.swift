package import Settings

/// How a shape changes the rate; a pure function of the step's number.
protocol RateRule: ShapeDeclaration {
  func rate(at place: SchedulePlace) -> Double
}

/// A step of a schedule.
struct SchedulePlace {
  /// Steps since the shape began.
  var step: Double
  /// Steps that the shape has.
  var total: Double
  /// Where the shape begins; of one cycle, its top.
  var base: Double
  var stepsPerEpoch: Int
}

/// The rules of all shapes; each is in the file of its shape.
struct RateRules: ScheduleBuilder {}

extension Schedule {
  /// The learning rate of one step.
  ///
  /// - Parameters:
  ///   - step: The number of updates before it.
  ///   - base: `hparams.learning_rate`: where the shape begins; of one cycle, its top.
  ///   - stepsPerEpoch: At least 1.
  ///   - epochs: As many as are planned.
  package func rate(at step: Int, base: Double, stepsPerEpoch: Int, epochs: Int) -> Double {
    let warmup = warmup?.steps(perEpoch: stepsPerEpoch) ?? 0
    let rest = max(1, Double(stepsPerEpoch * epochs) - warmup)
    let rule = shape.shape.build(with: RateRules())
    func shaped(_ step: Double) -> Double {
      rule.rate(
        at: SchedulePlace(step: step, total: rest, base: base, stepsPerEpoch: stepsPerEpoch))
    }
    let step = Double(step)
    guard step < warmup else { return shaped(step - warmup) }
    let top = shaped(0)
    let bottom = (warmupStartFactor ?? 0) * top
    return (top - bottom) * (step / warmup) + bottom
  }
}
