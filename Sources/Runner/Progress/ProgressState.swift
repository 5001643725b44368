internal import Experiments
internal import Results

/// What is known of a run while it goes on; changed by events, shown by pure functions of it.
package struct ProgressState: Sendable {
  /// A stage that runs now.
  struct Running: Sendable {
    var stage: Stage
    /// In seconds since the beginning of the run.
    var start: Double
    var position: Position = .starting
  }

  /// How far a stage is.
  enum Position: Sendable {
    case starting
    case training(WorkerEvent.TrainingPosition)
    case evaluating(WorkerEvent.EvaluationPosition)

    /// In `0...1`.
    var fraction: Double {
      switch self {
      case .starting: return 0
      case .training(let at):
        let steps = Double(at.epochs * at.steps)
        return steps > 0 ? Double((at.epoch - 1) * at.steps + at.step) / steps : 0
      case .evaluating(let at): return at.examples > 0 ? Double(at.done) / Double(at.examples) : 0
      }
    }
  }

  let experiment: String
  let cost: StageCost
  private(set) var total = 0
  /// Stages that were stored when the run began.
  private(set) var stored = 0
  /// Stages that came to their end in this run, well or not.
  private(set) var ended = 0
  private(set) var failed = 0
  /// In the order in which they were started.
  private(set) var running: [Running] = []
  /// In passes forward, of what this run had to do.
  private var work = 0.0
  private var workDone = 0.0

  package init(experiment: String, cost: StageCost) {
    self.experiment = experiment
    self.cost = cost
  }

  /// - Parameter time: In seconds since the beginning of the run.
  package mutating func apply(_ event: SchedulerEvent, at time: Double) {
    switch event {
    case .planned(let stages, let stored):
      total = stages.count
      self.stored = stored.count
      work = stages.filter { !stored.contains($0.key) }.reduce(0) { $0 + cost.passes($1.work) }
    case .started(let stage):
      running.append(Running(stage: stage, start: time))
    case .worker(let key, let event):
      guard let place = running.firstIndex(where: { $0.stage.key == key }) else { return }
      switch event {
      case .training(let position), .epoch(let position):
        running[place].position = .training(position)
      case .evaluating(let position): running[place].position = .evaluating(position)
      case .started, .finished, .failed: break
      }
    case .ended(let stage, let result):
      running.removeAll { $0.stage.key == stage.key }
      ended += 1
      if result.status != .ok { failed += 1 }
      workDone += cost.passes(stage.work)
    }
  }

  /// Stages whose end is known.
  var done: Int { stored + ended }

  /// How much of the work is done, in `0...1`; what was stored before does not count.
  var fraction: Double {
    guard work > 0 else { return 1 }
    let current = running.reduce(0) { $0 + cost.passes($1.stage.work) * $1.position.fraction }
    return min(1, (workDone + current) / work)
  }

  /// Seconds until everything is done, going on as before; `nil` where it is too early to say.
  func remaining(at time: Double) -> Double? {
    guard time >= 2, fraction >= 0.002 else { return nil }
    return time / fraction * (1 - fraction)
  }
}

extension ProgressState.Running {
  /// Seconds until this stage is done; `nil` where it is too early to say.
  func remaining(at time: Double) -> Double? {
    let (elapsed, fraction) = (time - start, position.fraction)
    guard elapsed >= 1, fraction >= 0.002 else { return nil }
    return elapsed / fraction * (1 - fraction)
  }
}
