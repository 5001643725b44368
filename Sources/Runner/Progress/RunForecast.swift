internal import Experiments

/// How long the rest of a run takes, told from the speeds that were seen in it.
///
/// The time of a stage is taken as proportional to its passes (``StageCost``). By which factor, stages
/// of this run say, those of the same kind first: an attack that ends early where it has won is
/// quicker than its passes say, and it is so in every stage. Kinds that this run has not seen yet go
/// by stored stages, else by what is most like them.
struct RunForecast: Sendable {
  /// A stage that runs.
  struct Progress {
    /// In the order of the stages of the forecast.
    var place: Int
    /// Seconds since its beginning.
    var elapsed: Double
    /// In `0...1`.
    var fraction: Double
    /// What an earlier run had done, in `0...1`.
    var earlier: Double
  }

  /// What is known of a kind.
  private struct Kind {
    var place: StageSpeeds.Place
    /// Seconds per pass of stored stages of the same group; `nil` where there are none.
    var stored: Double?
    /// Passes of stages that have not begun, and how many these are.
    var waiting = (passes: 0.0, count: 0)
  }

  private var kinds: [Kind] = []
  /// By stage.
  private var kind: [Int32] = []
  private var passes: [Double] = []
  private var ended: StageSpeeds
  private let noSpeeds: StageSpeeds
  /// What stored stages made expect of the stages that have ended, in seconds, and what it was.
  private var expected = 0.0
  private var observed = 0.0

  /// - Parameters:
  ///   - stages: Those that are to run.
  ///   - all: Those of the whole plan.
  ///   - estimator: Of stored stages; `nil` for none.
  init(_ stages: [Stage], of all: [Stage], cost: StageCost, estimator: TimeEstimator?) {
    var estimator = estimator
    let sorted = StageKinds(stages, of: all)
    noSpeeds = StageSpeeds(
      kinds: sorted.kinds.count, families: sorted.familyCount, groups: sorted.groupCount)
    ended = noSpeeds
    kind = sorted.numbers
    passes = stages.map { cost.passes($0.work) }
    kinds = sorted.kinds.enumerated().map { number, kind in
      let count = passes[kind.first]
      let estimate = count > 0 ? estimator?.estimate(stages[kind.first].work) : nil
      return Kind(
        place: StageSpeeds.Place(
          kind: number, family: kind.family, group: kind.group, isTraining: kind.isTraining),
        stored: estimate.flatMap { $0.basis == .same ? $0.seconds / count : nil })
    }
    for (number, passes) in zip(kind, passes) {
      kinds[Int(number)].waiting.passes += passes
      kinds[Int(number)].waiting.count += 1
    }
  }

  // MARK: What happens

  /// A stage has begun, or will never.
  mutating func begin(_ place: Int) {
    let number = Int(kind[place])
    kinds[number].waiting.passes = max(0, kinds[number].waiting.passes - passes[place])
    kinds[number].waiting.count -= 1
  }

  /// A stage has ended well.
  ///
  /// - Parameters:
  ///   - seconds: What this run needed for it.
  ///   - own: How much of it this run has done, in `0...1`.
  mutating func end(_ place: Int, seconds: Double, own: Double) {
    let number = Int(kind[place])
    let (kind, done) = (kinds[number], passes[place] * own)
    guard seconds > 0, done > 0 else { return }
    ended.add(seconds, done, at: kind.place)
    guard let stored = kind.stored else { return }
    expected += stored * done
    observed += seconds
  }

  // MARK: The rest

  /// More stages that wait are not put into an order one by one: there, their sum says it.
  static let mostOrdered = 400

  /// So much of a stage must be done before its own speed says something.
  private static let smallestShare = 0.02

  /// Seconds until everything has ended, going on as before; `nil` where nothing is known yet.
  ///
  /// - Parameters:
  ///   - waiting: Stages that have not begun, each with the stages that it waits for, by their places;
  ///     `nil` for more than ``mostOrdered``.
  ///   - jobs: Stages at a time; at least 1.
  func remaining(
    _ running: [Progress], waiting: [(place: Int, after: [Int])]?, jobs: Int
  ) -> Double? {
    var speeds = Seen(ended: ended, running: noSpeeds)
    for stage in running {
      let own = stage.fraction - stage.earlier
      guard own >= Self.smallestShare, stage.elapsed > 0 else { continue }
      let number = Int(kind[stage.place])
      speeds.running.add(stage.elapsed, own * passes[stage.place], at: kinds[number].place)
    }
    var seconds: [Double] = []
    for stage in running {
      guard let rest = rest(of: stage, speeds) else { return nil }
      seconds.append(rest)
    }
    guard let waiting else {
      var all = seconds.reduce(0, +)
      for (number, kind) in kinds.enumerated() where kind.waiting.count > 0 {
        guard let factor = ended.kinds[number].factor ?? factor(kind, speeds) else { return nil }
        all += factor * kind.waiting.passes
      }
      return max(all / Double(jobs), seconds.max() ?? 0)
    }
    var numbers: [Int: Int] = [:]
    for (number, stage) in running.enumerated() { numbers[stage.place] = number }
    for stage in waiting {
      guard let whole = self.seconds(stage.place, speeds) else { return nil }
      numbers[stage.place] = seconds.count
      seconds.append(whole)
    }
    var dependents = [[Int32]](repeating: [], count: seconds.count)
    for (number, stage) in waiting.enumerated() {
      for place in stage.after {
        if let first = numbers[place] { dependents[first].append(Int32(running.count + number)) }
      }
    }
    return ListSchedule.makespan(
      seconds: seconds, dependents: dependents, begun: running.count, jobs: jobs)
  }

  /// What is known of speeds. Stages that run say less: an attack may end long before its last step.
  private struct Seen {
    var ended: StageSpeeds
    var running: StageSpeeds
  }

  /// Seconds that a stage still needs: by its own speed, the more of it is done the more so, and by
  /// that of what is like it.
  private func rest(of stage: Progress, _ speeds: Seen) -> Double? {
    let own = stage.fraction - stage.earlier
    let expected = seconds(stage.place, speeds)
    guard own >= Self.smallestShare, stage.elapsed > 0 else {
      return expected.map { max(0, $0 * (1 - stage.earlier) - stage.elapsed) }
    }
    let isKnown = speeds.ended.families[kinds[Int(kind[stage.place])].place.family].factor != nil
    let (whole, trust) = (stage.elapsed / own, isKnown ? own : min(1, 3 * own))
    return (trust * whole + (1 - trust) * (expected ?? whole)) * (1 - stage.fraction)
  }

  /// How long a whole stage takes in this run.
  private func seconds(_ place: Int, _ speeds: Seen) -> Double? {
    let number = Int(kind[place])
    return (speeds.ended.kinds[number].factor ?? factor(kinds[number], speeds)).map {
      $0 * passes[place]
    }
  }

  /// Seconds per pass of what is like a kind.
  private func factor(_ kind: Kind, _ speeds: Seen) -> Double? {
    let (ended, running) = (speeds.ended, speeds.running)
    let seen =
      ended.families[kind.place.family].factor ?? running.families[kind.place.family].factor
      ?? ended.groups[kind.place.group].factor ?? running.groups[kind.place.group].factor
    if let seen { return seen }
    // Stored stages may have had the machine to themselves.
    let pace = expected > 0 ? min(4, max(0.25, observed / expected)) : 1
    func role(_ isTraining: Bool) -> Double? {
      let place = isTraining ? 1 : 0
      return ended.roles[place].factor ?? running.roles[place].factor
    }
    if let factor = kind.stored.map({ $0 * pace }) ?? role(kind.place.isTraining) { return factor }
    let ratio = kind.place.isTraining ? 1 / Self.evaluationPerTraining : Self.evaluationPerTraining
    return role(!kind.place.isTraining).map { $0 * ratio }
  }

  /// What a pass of an evaluation takes, in passes of a training: its batches are larger, and nothing
  /// is updated.
  private static let evaluationPerTraining = 0.5
}
