internal import Settings
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
      case .evaluating(let at):
        return at.examples > 0 ? (Double(at.done) + (at.underWay ?? 0)) / Double(at.examples) : 0
      }
    }

    /// What an earlier run had done, in `0...1`.
    var earlier: Double {
      switch self {
      case .starting: return 0
      case .training(let at):
        let steps = Double(at.epochs * at.steps)
        return steps > 0 ? Double(at.earlier ?? 0) / steps : 0
      case .evaluating(let at):
        return at.examples > 0 ? Double(at.earlier ?? 0) / Double(at.examples) : 0
      }
    }
  }

  /// The most accurate evaluation of one attack, or of clean images.
  struct Best: Sendable {
    var attack: AttackSettings?
    var accuracy: Double
    /// `adv-regularized fgsm epsilon=0.2 seed=1`.
    var title: String
    /// The attack's place among the evaluations.
    var place: Int
  }

  let experiment: String
  let cost: StageCost
  private(set) var total = 0
  /// Stages that were stored when the run began.
  private(set) var stored = 0
  /// Stages that ended in this run, well or not.
  private(set) var ended = 0
  private(set) var failed = 0
  /// In the order in which they were started.
  private(set) var running: [Running] = []
  /// What failed by itself, in words; the latest last.
  private(set) var failures: [String] = []
  /// The best accuracy of this run under each attack.
  private(set) var best: [Best] = []
  /// What is not stored, in the plan's order.
  private var queue: [Stage] = []
  /// Stages that were started, or ended without it.
  private var begun: Set<StageKey> = []
  /// Before it in the queue, all have begun.
  private var queueStart = 0
  /// In passes forward, of what this run had to do.
  private var work = 0.0
  private var workDone = 0.0
  /// Of what is done, what earlier runs had done of stages that have ended in this one.
  private var earlierWork = 0.0

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
      queue = stages.filter { !stored.contains($0.key) }
      work = queue.reduce(0) { $0 + cost.passes($1.work) }
    case .started(let stage):
      running.append(Running(stage: stage, start: time))
      begin(stage)
    case .worker(let key, let event):
      guard let place = running.firstIndex(where: { $0.stage.key == key }) else { return }
      switch event {
      case .training(let position), .epoch(let position):
        running[place].position = .training(position)
      case .evaluating(let position): running[place].position = .evaluating(position)
      case .started, .finished, .failed, .stopped: break
      }
    case .retrying(let stage, _, _, _): running.removeAll { $0.stage.key == stage.key }
    case .ended(let stage, let result):
      note(stage, result)
      begin(stage)
      if let stage = running.first(where: { $0.stage.key == stage.key }) {
        earlierWork += cost.passes(stage.stage.work) * stage.position.earlier
      }
      running.removeAll { $0.stage.key == stage.key }
      ended += 1
      if result.status != .ok { failed += 1 }
      workDone += cost.passes(stage.work)
    }
  }

  private mutating func begin(_ stage: Stage) {
    begun.insert(stage.key)
    while queueStart < queue.count, begun.contains(queue[queueStart].key) { queueStart += 1 }
  }

  /// Titles of the stages that come next, at most so many.
  func nextStages(_ count: Int) -> [String] {
    queue[queueStart...].lazy.filter { !begun.contains($0.key) }.prefix(count).map(\.title)
  }

  /// Keeps a failure, or the best accuracy under an attack.
  private mutating func note(_ stage: Stage, _ result: StageResult) {
    guard result.status == .ok else {
      if result.status != .cancelled {
        let reason = result.reason.map { ", \($0)" } ?? ""
        failures.append("\(stage.title): \(result.status.rawValue)\(reason)")
      }
      return
    }
    guard case .evaluate(let work) = stage.work,
      case .evaluating(let at) = running.first(where: { $0.stage.key == stage.key })?.position,
      at.done > 0
    else { return }
    let accuracy = Double(at.correct) / Double(at.done)
    let title = String(stage.title.drop { $0 != " " }.dropFirst())
    let place = best.firstIndex { $0.attack == work.attack }
    if let place {
      guard accuracy > best[place].accuracy else { return }
      best[place].accuracy = accuracy
      best[place].title = title
    } else {
      best.append(
        Best(attack: work.attack, accuracy: accuracy, title: title, place: best.count))
    }
  }

  /// Stages whose end is known.
  var done: Int { stored + ended }

  var isDone: Bool { done >= total }

  /// How much of the work is done, in `0...1`; what was stored before does not count.
  var fraction: Double {
    guard work > 0 else { return 1 }
    let current = running.reduce(0) { $0 + cost.passes($1.stage.work) * $1.position.fraction }
    return min(1, (workDone + current) / work)
  }

  /// Seconds until everything is done, going on as before; `nil` where it is too early to say.
  func remaining(at time: Double) -> Double? {
    let earlier = running.reduce(earlierWork) {
      $0 + cost.passes($1.stage.work) * $1.position.earlier
    }
    let own = fraction - (work > 0 ? earlier / work : 0)
    guard time >= 2, own >= 0.002 else { return nil }
    return time / own * (1 - fraction)
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
