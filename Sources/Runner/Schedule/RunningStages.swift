internal import Experiments

/// The stages that run, by their places: what they need of memory, and who has company.
struct RunningStages {
  /// What all that run may need together, in bytes; one alone may need more. `nil` for no limit.
  private let limit: Int?
  private var needs = MemoryNeeds()
  private var memory: [Int: Int] = [:]
  private var inUse = 0
  /// Those that have run beside others.
  private var accompanied: Set<Int> = []
  /// Those that run beside nothing, whether they run or not.
  private var solitary: Set<Int> = []

  init(limit: Int?) { self.limit = limit }

  /// From here on the stage runs alone.
  mutating func isolate(_ place: Int) { solitary.insert(place) }

  /// Takes a stage in.
  ///
  /// - Returns: Whether there is room for it beside those that run.
  mutating func begin(_ place: Int, _ work: StageWork) -> Bool {
    let need = needs.need(of: work).bytes
    if !memory.isEmpty {
      if let limit, inUse + need > limit { return false }
      if solitary.contains(place) || !solitary.isDisjoint(with: memory.keys) { return false }
      accompanied.insert(place)
      accompanied.formUnion(memory.keys)
    }
    memory[place] = need
    inUse += need
    return true
  }

  /// - Returns: Whether another one ran beside it.
  mutating func end(_ place: Int) -> Bool {
    inUse -= memory.removeValue(forKey: place) ?? 0
    return accompanied.remove(place) != nil
  }
}
