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
  /// By key in hexadecimal.
  package private(set) var estimates: [StageKey: TimeEstimator.Estimate] = [:]
  private let isForeign: Bool

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
    let new = stages.filter { !stored.contains($0.key) }
    for stage in new {
      if let estimate = estimator.estimate(stage.work) {
        estimates[stage.key] = estimate
        work += estimate.seconds
        self.stages[estimate.basis, default: 0] += 1
      } else {
        unknown += 1
      }
    }
    if !estimates.isEmpty { seconds = makespan(new) }
  }

  /// The time until the last stage ends, with stages started as the scheduler does: of those whose
  /// dependencies are there, the one that most others read first.
  private func makespan(_ stages: [Stage]) -> Double {
    let places = Dictionary(uniqueKeysWithValues: stages.enumerated().map { ($1.key, $0) })
    var dependents = [[Int]](repeating: [], count: stages.count)
    var missing = [Int](repeating: 0, count: stages.count)
    for (index, stage) in stages.enumerated() {
      for place in stage.dependencies.compactMap({ places[$0] }) {
        dependents[place].append(index)
        missing[index] += 1
      }
    }
    var ready = PriorityQueue<(rank: Int, index: Int)> {
      ($0.rank, -$0.index) > ($1.rank, -$1.index)
    }
    var running = PriorityQueue<(end: Double, index: Int)> { $0.end < $1.end }
    for index in stages.indices where missing[index] == 0 {
      ready.insert((dependents[index].count, index))
    }
    var time = 0.0
    var workers = jobs
    while true {
      while workers > 0, let next = ready.popFirst() {
        workers -= 1
        running.insert((time + (estimates[stages[next.index].key]?.seconds ?? 0), next.index))
      }
      guard let ended = running.popFirst() else { return time }
      workers += 1
      time = ended.end
      for dependent in dependents[ended.index] {
        missing[dependent] -= 1
        if missing[dependent] == 0 { ready.insert((dependents[dependent].count, dependent)) }
      }
    }
  }

  /// Lines for people: how long, and how that is known.
  package var lines: [String] {
    let total = estimates.count + unknown
    guard total > 0 else { return ["nothing to run"] }
    guard !estimates.isEmpty else { return ["unknown: nothing like it is stored to go by"] }
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
      lines.append("\(Words.count(unknown, "stage")) unknown: nothing like it is stored to go by")
    }
    return lines
  }
}

/// A binary heap.
private struct PriorityQueue<Element> {
  private var elements: [Element] = []
  private let comesFirst: (Element, Element) -> Bool

  init(_ comesFirst: @escaping (Element, Element) -> Bool) { self.comesFirst = comesFirst }

  mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0, comesFirst(elements[child], elements[(child - 1) / 2]) {
      elements.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> Element? {
    guard let first = elements.first else { return nil }
    let last = elements.removeLast()
    guard !elements.isEmpty else { return first }
    elements[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < elements.count {
        if comesFirst(elements[child], elements[best]) { best = child }
      }
      if best == parent { return first }
      elements.swapAt(parent, best)
      parent = best
    }
  }
}
