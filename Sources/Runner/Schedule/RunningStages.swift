internal import Experiments

/// The stages that run, by their places: what they have of the machine, and who has company.
struct RunningStages {
  /// What all that run may need together, in bytes; one alone may need more. `nil` for no limit.
  private let limit: Int?
  private var needs = MemoryNeeds()
  private var shares: [Int: Share] = [:]
  private var inUse = Share(threads: 0, memory: 0)
  /// Those that have run beside others.
  private var accompanied: Set<Int> = []
  /// Those that run beside nothing, whether they run or not.
  private var solitary: Set<Int> = []

  init(limit: Int?) { self.limit = limit }

  /// What a stage has of the machine while it runs.
  private struct Share {
    var threads: Int
    /// In bytes, at least.
    var memory: Int
  }

  var count: Int { shares.count }

  /// What all that run have.
  var threads: Int { inUse.threads }

  /// From here on the stage runs alone.
  mutating func isolate(_ place: Int) { solitary.insert(place) }

  /// Takes a stage in.
  ///
  /// - Parameter threads: How many are meant to share it.
  /// - Returns: How many do; `nil` where there is no room for it beside those that run.
  mutating func begin(_ place: Int, _ work: StageWork, threads: Int) -> Int? {
    var share = Share(threads: threads, memory: needs.need(of: work, threads: threads).bytes)
    // Each thread needs some; fewer may do.
    while let limit, share.threads > 1, share.memory > limit {
      share.threads -= 1
      share.memory = needs.need(of: work, threads: share.threads).bytes
    }
    if !shares.isEmpty {
      if let limit, inUse.memory + share.memory > limit { return nil }
      if solitary.contains(place) || !solitary.isDisjoint(with: shares.keys) { return nil }
      accompanied.insert(place)
      accompanied.formUnion(shares.keys)
    }
    shares[place] = share
    inUse.threads += share.threads
    inUse.memory += share.memory
    return share.threads
  }

  /// - Returns: Whether another one ran beside it.
  mutating func end(_ place: Int) -> Bool {
    if let share = shares.removeValue(forKey: place) {
      inUse.threads -= share.threads
      inUse.memory -= share.memory
    }
    return accompanied.remove(place) != nil
  }
}
