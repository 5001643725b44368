internal import Experiments

/// The run as a whole.
extension ProgressState {
  /// Stages whose end is known.
  var done: Int { stored + ended }

  /// Stages of this run that ended well.
  var well: Int { ended - failed }

  /// Stages that have neither begun nor ended.
  var waiting: Int { max(0, total - done - running.count) }

  var isDone: Bool { done >= total }

  /// The best accuracy under the last attack of the plan.
  var bestOfLast: Best? { best.first { $0.attack == lastAttack } }

  /// How much of the work is done, in `0...1`; what was stored before does not count.
  var fraction: Double {
    guard work > 0 else { return 1 }
    let current = running.reduce(0) { $0 + cost.passes($1.stage.work) * $1.position.fraction }
    return min(1, (workDone + current) / work)
  }

  /// Examples of trainings and evaluations that this run has done.
  var examples: Double {
    running.reduce(examplesDone) { sum, stage in
      let own = stage.position.fraction - stage.position.earlier
      return sum + max(0, own) * Double(cost.examples(stage.stage.work))
    }
  }

  /// Of trainings and evaluations, of late; `nil` where it is too early to say.
  func examplesPerSecond(at time: Double) -> Double? {
    isDone ? nil : speed.rate(of: examples, at: time)
  }

  /// Seconds until everything is done, going on as before; `nil` where it is too early to say.
  func remaining(at time: Double) -> Double? {
    left.map { max(0, $0.seconds - (time - $0.time)) }
  }
}

extension ProgressState.Running {
  /// Seconds until this stage is done; `nil` where it is too early to say.
  func remaining(at time: Double) -> Double? {
    let (elapsed, fraction) = (time - start, position.fraction)
    let own = fraction - position.earlier
    guard elapsed >= 1, own >= 0.002 else { return nil }
    return elapsed / own * (1 - fraction)
  }
}
