internal import Settings
package import Experiments
internal import Results

/// How long what a plan has to run will take.
package struct PlannedTime: Sendable {
  /// Wall-clock seconds; a lower bound where stages are without an estimate.
  package private(set) var seconds = 0.0
  /// Seconds of all stages together.
  package private(set) var work = 0.0
  /// Stages to run by what their estimates are made from.
  package private(set) var stages: [TimeEstimator.Basis: Int] = [:]
  /// Stages to run without an estimate.
  package private(set) var unknown = 0
  package let jobs: Int
  private let isForeign: Bool
  /// Estimates that differ.
  private var different: [TimeEstimator.Estimate] = []
  /// By a stage's position in the plan, which of these is its own; -1 for none.
  private var numbers: [Int32] = []

  /// - Parameter jobs: Stages at a time.
  package init(
    _ stages: PlannedStages, stored: Set<StageKey>, jobs: Int, estimator: TimeEstimator
  ) {
    self.jobs = jobs
    isForeign = estimator.isForeign
    guard estimator.knowsAnything else {
      unknown = stages.keys.count { !stored.contains($0) }
      return
    }
    var estimator = estimator
    var known: [TimeEstimator.Estimate: Int32] = [:]
    var new: [Int] = []
    numbers = [Int32](repeating: -1, count: stages.count)
    for index in stages.indices where !stored.contains(stages.key(at: index)) {
      new.append(index)
      guard let estimate = estimator.estimate(stages.work(at: index)) else {
        unknown += 1
        continue
      }
      let number = known[estimate] ?? Int32(different.count)
      if Int(number) == different.count {
        known[estimate] = number
        different.append(estimate)
      }
      numbers[index] = number
      work += estimate.seconds
      self.stages[estimate.basis, default: 0] += 1
    }
    if !different.isEmpty { seconds = makespan(stages, new) }
  }

  /// How long the stage at a position of the plan will take; `nil` where that is not known, and
  /// for stages that are stored.
  package func estimate(at position: Int) -> TimeEstimator.Estimate? {
    guard numbers.indices.contains(position), numbers[position] >= 0 else { return nil }
    return different[Int(numbers[position])]
  }

  /// Whether anything is known of what is to run.
  package var isKnown: Bool { !different.isEmpty }

  /// The time until the last stage ends, with stages started as the scheduler does.
  ///
  /// - Parameter new: Positions of the stages that are not stored.
  private func makespan(_ stages: PlannedStages, _ new: [Int]) -> Double {
    var places: [StageKey: Int] = [:]
    for (place, index) in new.enumerated() where stages.isRead(at: index) {
      places[stages.key(at: index)] = place
    }
    var dependents = [[Int32]](repeating: [], count: new.count)
    for (place, index) in new.enumerated() {
      for dependency in stages.dependencies(at: index).compactMap({ places[$0] }) {
        dependents[dependency].append(Int32(place))
      }
    }
    return ListSchedule.makespan(
      seconds: new.map { estimate(at: $0)?.seconds ?? 0 }, dependents: dependents, jobs: jobs)
  }

  /// Lines for people: how long, and how that is known.
  package var lines: [String] {
    guard isKnown || unknown > 0 else { return ["nothing to run"] }
    guard isKnown else { return ["unknown: nothing similar is stored"] }
    var lines = [
      (unknown > 0 ? "more than " : "about ") + Words.duration(seconds)
        + " with \(Words.count(jobs, "job"))"
        + (jobs > 1 ? ", \(Words.duration(work)) of work" : "")
    ]
    let machine = isForeign ? ", on another machine" : ""
    if let same = stages[.same] {
      lines.append(
        "\(Words.count(same, "stage")) from stored ones with the same architecture and the same "
          + "method or attack\(machine)")
    }
    if let rough = stages[.architecture] {
      lines.append(
        "\(Words.count(rough, "stage")) from stored ones with the same architecture, roughly"
          + machine)
    }
    if unknown > 0 {
      lines.append("\(Words.count(unknown, "stage")) unknown: nothing similar is stored")
    }
    return lines
  }
}
