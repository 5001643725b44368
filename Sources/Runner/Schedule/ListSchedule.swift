/// How long stages take that are started as the scheduler does: whenever there is a place, the one
/// from which on the longest chain still has to run (``StageRank``).
enum ListSchedule {
  /// The time until the last of them ends, in seconds.
  ///
  /// - Parameters:
  ///   - seconds: How long each takes; of those that run already, how long they still do.
  ///   - dependents: For each, those that read it. They come after it.
  ///   - begun: So many, the first ones, run already.
  ///   - jobs: Places; at least 1.
  static func makespan(
    seconds: [Double], dependents: [[Int32]], begun: Int = 0, jobs: Int
  ) -> Double {
    var missing = [Int32](repeating: 0, count: seconds.count)
    for place in dependents.joined() { missing[Int(place)] += 1 }
    var ranks = StageRank.all(seconds: seconds, dependents: dependents)
    for place in 0..<begun { ranks[place].remaining = .infinity }
    var ready = PriorityQueue<StageRank>(>)
    var running = PriorityQueue<(end: Double, place: Int)> { $0.end < $1.end }
    for place in seconds.indices where missing[place] == 0 { ready.insert(ranks[place]) }
    var time = 0.0
    var places = max(jobs, begun)
    while true {
      while places > 0, let next = ready.popFirst() {
        places -= 1
        running.insert((time + seconds[next.place], next.place))
      }
      guard let ended = running.popFirst() else { return time }
      places += 1
      time = ended.end
      for dependent in dependents[ended.place].map(Int.init) {
        missing[dependent] -= 1
        if missing[dependent] == 0 { ready.insert(ranks[dependent]) }
      }
    }
  }
}
