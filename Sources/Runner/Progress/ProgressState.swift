internal import Settings
internal import Experiments
internal import Results

/// What is known of a run while it goes on; changed by events, shown by pure functions of it.
package struct ProgressState: Sendable {
  /// A stage that runs now.
  struct Running: Sendable {
    var stage: Stage
    /// In the queue.
    var place: Int
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
  }

  let experiment: String
  let cost: StageCost
  /// Stages at a time; `nil` where only the cluster knows that.
  let jobs: Int?
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
  /// The best accuracy under each attack, of this run and of what was stored as far as that is known.
  private(set) var best: [Best] = []
  /// The last attack of the plan; `nil` where there are clean images alone.
  private(set) var lastAttack: AttackSettings?
  /// What is not stored, in the plan's order.
  private var queue: [Stage] = []
  /// Where they are in the queue.
  private var places: [StageKey: Int32] = [:]
  /// Stages of the queue that were started, or ended without it.
  private var begun: [Bool] = []
  private var begunCount = 0
  /// Before it in the queue, all have begun.
  private var queueStart = 0
  /// In passes forward, of what this run had to do.
  private(set) var work = 0.0
  private(set) var workDone = 0.0
  /// Examples of stages that have ended, as far as this run did them.
  private(set) var examplesDone = 0.0
  private(set) var speed = RecentRate()
  private let estimator: TimeEstimator?
  private var forecast: RunForecast?
  /// Seconds that were left, and when that was so.
  private(set) var left: (seconds: Double, time: Double)?
  private var nextForecast = 0.0
  private var mostRunning = 1

  /// - Parameters:
  ///   - jobs: Stages at a time; `nil` where only the cluster knows that.
  ///   - estimator: Of stored stages.
  package init(
    experiment: String, cost: StageCost, jobs: Int? = nil, estimator: TimeEstimator? = nil
  ) {
    self.experiment = experiment
    self.cost = cost
    self.jobs = jobs
    self.estimator = estimator
  }

  /// - Parameter time: In seconds since the beginning of the run.
  package mutating func apply(_ event: SchedulerEvent, at time: Double) {
    switch event {
    case .planned(let stages, let stored): plan(stages, stored)
    case .started(let stage):
      guard let place = place(of: stage.key) else { return }
      running.append(Running(stage: stage, place: place, start: time))
      mostRunning = max(mostRunning, running.count)
      begin(place)
    case .worker(let key, let event):
      guard let place = running.firstIndex(where: { $0.stage.key == key }) else { return }
      switch event {
      case .training(let position), .epoch(let position):
        running[place].position = .training(position)
      case .evaluating(let position): running[place].position = .evaluating(position)
      case .started, .finished, .failed, .stopped: break
      }
    case .retrying(let stage, _, _, _): running.removeAll { $0.stage.key == stage.key }
    case .ended(let stage, let result): end(stage, result, at: time)
    }
    refresh(at: time)
  }

  private mutating func plan(_ stages: [Stage], _ stored: Set<StageKey>) {
    total = stages.count
    self.stored = stored.count
    queue = stages.filter { !stored.contains($0.key) }
    places = Dictionary(
      queue.enumerated().map { ($1.key, Int32($0)) }, uniquingKeysWith: { first, _ in first })
    begun = Array(repeating: false, count: queue.count)
    work = queue.reduce(0) { $0 + cost.passes($1.work) }
    forecast = RunForecast(queue, of: stages, cost: cost, estimator: estimator)
    lastAttack = Self.lastAttack(of: stages)
  }

  private func place(of key: StageKey) -> Int? { places[key].map { Int($0) } }

  private mutating func begin(_ place: Int) {
    guard !begun[place] else { return }
    begun[place] = true
    begunCount += 1
    forecast?.begin(place)
    while queueStart < queue.count, begun[queueStart] { queueStart += 1 }
  }

  private mutating func end(_ stage: Stage, _ result: StageResult, at time: Double) {
    note(stage, result)
    if let place = place(of: stage.key) { begin(place) }
    ended += 1
    if result.status != .ok { failed += 1 }
    workDone += cost.passes(stage.work)
    guard let index = running.firstIndex(where: { $0.stage.key == stage.key }) else { return }
    let own = running.remove(at: index)
    // What another process has stored says nothing of this one.
    guard !result.isCached, result.status == .ok else { return }
    let share = 1 - own.position.earlier
    examplesDone += share * Double(cost.examples(stage.work))
    // On a cluster a stage begins and ends before this process hears of it.
    let seconds = jobs == nil && share == 1 ? result.seconds : time - own.start
    forecast?.end(own.place, seconds: seconds, own: share)
  }

  /// Thinks again, once a second at most, about when the run will end and how fast it is.
  ///
  /// - Parameter time: In seconds since the beginning of the run.
  package mutating func refresh(at time: Double) {
    guard time >= nextForecast else { return }
    nextForecast = time + 1
    speed.note(examples, at: time)
    left = newForecast(at: time).map { ($0, time) }
  }

  private func newForecast(at time: Double) -> Double? {
    // The first stages have to begin.
    guard let forecast, time >= 2 else { return nil }
    var waiting: [(place: Int, after: [Int])]?
    if queue.count - begunCount <= RunForecast.mostOrdered {
      waiting = queue[queueStart...].indices.lazy.filter { !begun[$0] }.map { place in
        (place, queue[place].dependencies.compactMap { self.place(of: $0) })
      }
    }
    return forecast.remaining(
      running.map {
        RunForecast.Progress(
          place: $0.place, elapsed: time - $0.start, fraction: $0.position.fraction,
          earlier: $0.position.earlier)
      }, waiting: waiting, jobs: jobs ?? mostRunning)
  }

  /// Titles of the stages that come next, at most so many.
  func nextStages(_ count: Int) -> [String] {
    queue[queueStart...].indices.lazy.filter { !begun[$0] }.prefix(count).map { queue[$0].title }
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
    guard
      case .evaluating(let at) = running.first(where: { $0.stage.key == stage.key })?.position,
      at.done > 0
    else { return }
    note(Double(at.correct) / Double(at.done), of: stage)
  }

  /// Keeps the accuracy of an evaluation where it is the best under its attack.
  mutating func note(_ accuracy: Double, of stage: Stage) {
    guard case .evaluate(let work) = stage.work else { return }
    let title = String(stage.title.drop { $0 != " " }.dropFirst())
    if let place = best.firstIndex(where: { $0.attack == work.attack }) {
      guard accuracy > best[place].accuracy else { return }
      best[place].accuracy = accuracy
      best[place].title = title
    } else {
      best.append(Best(attack: work.attack, accuracy: accuracy, title: title))
    }
  }
}
