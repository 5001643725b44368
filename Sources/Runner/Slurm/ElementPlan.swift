package import Experiments

/// How the stages of a plan become jobs: levels, one after the other, and in each the elements of
/// its arrays.
package struct ElementPlan: Hashable, Sendable {
  /// Stages that one job does, in the plan's order.
  package typealias Element = [Stage]

  /// An element begins when all of the level before have ended.
  package private(set) var levels: [[Element]]

  /// Less work than that, in seconds for each of its processors, is no job of its own: to start one
  /// takes a second or more.
  package static let leastWork = 60.0

  /// Evaluations that go on where others end (the epsilons of one list) share their element. Beyond
  /// that stages share one as long as its estimated work is less than ``leastWork``; a stage without
  /// an estimate has an element of its own.
  ///
  /// - Parameters:
  ///   - stages: Those to run, every one after its dependencies; what else they depend on is there.
  ///   - processors: Stages that an element runs at once.
  ///   - seconds: How long a stage will take; `nil` where that is not known.
  package init(_ stages: [Stage], processors: Int = 1, seconds: (Stage) -> Double?) {
    var units: [Element] = []
    var unitOf: [StageKey: Int] = [:]
    var levelOf: [Int] = []
    for stage in stages {
      let needed = stage.dependencies.compactMap { unitOf[$0] }
      let joined =
        stage.isTraining
        ? nil
        : stage.dependencies.lazy.compactMap { key in
          unitOf[key].flatMap { units[$0].first?.isTraining == false ? $0 : nil }
        }.first
      let level = needed.filter { $0 != joined }.map { levelOf[$0] + 1 }.max() ?? 0
      if let joined, level <= levelOf[joined] {
        units[joined].append(stage)
        unitOf[stage.key] = joined
      } else {
        unitOf[stage.key] = units.count
        units.append([stage])
        levelOf.append(max(level, joined.map { levelOf[$0] + 1 } ?? 0))
      }
    }
    levels = Array(repeating: [], count: (levelOf.max() ?? -1) + 1)
    let enough = Self.leastWork * Double(processors)
    for level in levels.indices {
      var open: (element: Element, seconds: Double) = ([], 0)
      for index in units.indices where levelOf[index] == level {
        let times = units[index].map(seconds)
        guard !times.contains(where: { $0 == nil }) else {
          levels[level].append(units[index])
          continue
        }
        open.element += units[index]
        open.seconds += times.reduce(0) { $0 + ($1 ?? 0) }
        if open.seconds >= enough {
          levels[level].append(open.element)
          open = ([], 0)
        }
      }
      if !open.element.isEmpty { levels[level].append(open.element) }
    }
  }
}
