package import Experiments

/// How long stages are expected to take, for the order in which they begin.
package enum ExpectedTimes {
  /// The seconds of each stage: from stored ones like it, or else from its work, at the mean speed of
  /// the others. Where nothing is known, the numbers are those of the work.
  package static func seconds(
    of stages: [Stage], cost: StageCost, estimator: TimeEstimator?
  ) -> [Double] {
    var estimator = estimator
    let passes = stages.map { cost.passes($0.work) }
    let known = stages.map { estimator?.estimate($0.work)?.seconds }
    var (seconds, work) = (0.0, 0.0)
    for (passes, known) in zip(passes, known) {
      guard let known else { continue }
      seconds += known
      work += passes
    }
    let speed = seconds > 0 && work > 0 ? seconds / work : 1
    return zip(passes, known).map { $1 ?? $0 * speed }
  }
}
