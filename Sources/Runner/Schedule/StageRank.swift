/// Which of the stages that could begin is to: the one from which on the longest chain of stages still
/// has to run. What ends late is what begins it late.
///
/// Of equal ones the one that most others read, then the first of the plan.
///
/// - Source: Graham 1969, "Bounds on multiprocessing timing anomalies"; the critical path is Hu's
///   level (1961), by time.
struct StageRank: Comparable {
  /// Seconds until the end of the longest chain that begins with the stage.
  var remaining: Double
  var readers: Int
  /// The stage's.
  var place: Int

  static func < (a: StageRank, b: StageRank) -> Bool {
    (a.remaining, a.readers, -a.place) < (b.remaining, b.readers, -b.place)
  }

  /// The rank of each stage.
  ///
  /// - Parameters:
  ///   - seconds: How long each will take; only the ratios count.
  ///   - dependents: For each stage, those that read it. They come after it.
  static func all(seconds: [Double], dependents: [[Int32]]) -> [StageRank] {
    var ranks = seconds.indices.map {
      StageRank(remaining: seconds[$0], readers: dependents[$0].count, place: $0)
    }
    for place in ranks.indices.reversed() {
      ranks[place].remaining += dependents[place].reduce(0) { max($0, ranks[Int($1)].remaining) }
    }
    return ranks
  }
}
