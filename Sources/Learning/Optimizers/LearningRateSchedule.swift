import Glibc

/// How the learning rate changes from step to step; a pure function of the step's number.
///
/// - Source: `keras/src/optimizers/schedules/learning_rate_schedule.py` of Keras 2.15;
///   `torch/optim/lr_scheduler.py` of PyTorch (`StepLR`, `MultiStepLR`, `OneCycleLR`).
package struct LearningRateSchedule: Codable, Hashable, Sendable {
  /// A length of training.
  package enum Span: Codable, Hashable, Sendable {
    case steps(Double)
    case epochs(Double)

    func steps(perEpoch: Int) -> Double {
      switch self {
      case .steps(let steps): steps
      case .epochs(let epochs): epochs * Double(perEpoch)
      }
    }
  }

  package enum Shape: Codable, Hashable, Sendable {
    case constant
    /// Times `gamma` after every `size`.
    case step(size: Span, gamma: Double)
    /// Times `gamma` at each boundary, from the boundary's step on.
    case boundaries([Span], gamma: Double)
    /// Times `rate` over every `decay`; with `staircase` all at once at its end.
    case exponential(decay: Span, rate: Double, staircase: Bool)
    /// Half a wave of the cosine down to `alpha` of the rate, where it stays; `decay` is all that
    /// is left of training where it is `nil`.
    case cosine(decay: Span?, alpha: Double)
    /// Up from the rate over `divFactor` in the first `pctStart` of training, down to that over
    /// `finalDivFactor` in the rest, both along cosines.
    case oneCycle(pctStart: Double, divFactor: Double, finalDivFactor: Double)
  }

  package var shape: Shape
  /// The rate rises linearly until there, then the shape begins.
  package var warmup: Span?
  /// Where warm-up begins, as a share of the rate at its end.
  package var warmupStartFactor: Double

  package init(_ shape: Shape, warmup: Span? = nil, warmupStartFactor: Double = 0) {
    self.shape = shape
    self.warmup = warmup
    self.warmupStartFactor = warmupStartFactor
  }

  /// The learning rate of one step.
  ///
  /// - Parameters:
  ///   - step: The number of updates before it.
  ///   - base: `hparams.learning_rate`: where the shape begins; of `oneCycle`, its top.
  ///   - stepsPerEpoch: At least 1.
  ///   - epochs: As many as are planned.
  package func rate(at step: Int, base: Double, stepsPerEpoch: Int, epochs: Int) -> Double {
    let warmup = warmup?.steps(perEpoch: stepsPerEpoch) ?? 0
    let rest = max(1, Double(stepsPerEpoch * epochs) - warmup)
    func shaped(_ step: Double) -> Double {
      shape.rate(at: step, of: rest, base: base, stepsPerEpoch: stepsPerEpoch)
    }
    let step = Double(step)
    guard step < warmup else { return shaped(step - warmup) }
    let top = shaped(0)
    let bottom = warmupStartFactor * top
    return (top - bottom) * (step / warmup) + bottom
  }
}

extension LearningRateSchedule.Shape {
  /// - Parameters:
  ///   - step: Steps since the shape began.
  ///   - total: Steps that the shape has.
  fileprivate func rate(
    at step: Double, of total: Double, base: Double, stepsPerEpoch: Int
  ) -> Double {
    switch self {
    case .constant: return base
    case .step(let size, let gamma):
      return base * pow(gamma, (step / size.steps(perEpoch: stepsPerEpoch)).rounded(.down))
    case .boundaries(let boundaries, let gamma):
      let passed = boundaries.count { $0.steps(perEpoch: stepsPerEpoch) <= step }
      return base * pow(gamma, Double(passed))
    case .exponential(let decay, let rate, let staircase):
      let share = step / decay.steps(perEpoch: stepsPerEpoch)
      return base * pow(rate, staircase ? share.rounded(.down) : share)
    case .cosine(let decay, let alpha):
      let length = decay?.steps(perEpoch: stepsPerEpoch) ?? total
      let wave = 0.5 * (1 + cos(.pi * min(step, length) / length))
      return base * ((1 - alpha) * wave + alpha)
    case .oneCycle(let pctStart, let divFactor, let finalDivFactor):
      let start = base / divFactor
      let top = pctStart * total - 1
      func anneal(_ from: Double, _ to: Double, _ begin: Double, _ end: Double) -> Double {
        // A phase without length is at its end.
        let share = end > begin ? min(1, (step - begin) / (end - begin)) : 1
        return to + (from - to) / 2 * (cos(.pi * share) + 1)
      }
      return step <= top
        ? anneal(start, base, 0, top) : anneal(base, start / finalDivFactor, top, total - 1)
    }
  }
}
