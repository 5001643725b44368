package import Experiments

extension ExpectedTimes {
  /// More families of kinds than this are not tried out first.
  private static let mostProbes = 32

  /// Stages that are to begin before others, by their places, the first one first: one of each family
  /// of kinds of which no time is known, after what it reads. As soon as they have ended, a run can
  /// say when it will end itself.
  ///
  /// The families that most of the work is of come first.
  ///
  /// - Parameters:
  ///   - isStored: Of the stage at a place.
  ///   - estimator: Of stored stages; `nil` for none.
  package static func probes(
    of stages: [Stage], isStored: (Int) -> Bool, cost: StageCost, estimator: TimeEstimator?
  ) -> [Int] {
    let new = stages.indices.filter { !isStored($0) }
    let kinds = StageKinds(new.map { stages[$0] }, of: stages)
    var families = [(first: Int, count: Int, passes: Double)?](
      repeating: nil, count: kinds.familyCount)
    for kind in kinds.kinds {
      var family = families[kind.family] ?? (new[kind.first], 0, 0)
      family.count += kind.count
      family.passes += Double(kind.count) * cost.passes(stages[new[kind.first]].work)
      families[kind.family] = family
    }
    var estimator = estimator
    let unknown = families.compactMap(\.self).filter { family in
      // What there is one of tells nothing of others.
      family.count > 1 && estimator?.estimate(stages[family.first].work)?.basis != .same
    }
    let places = Dictionary(
      new.map { (stages[$0].key, $0) }, uniquingKeysWith: { first, _ in first })
    var probes: [Int] = []
    func add(_ place: Int) {
      guard !probes.contains(place) else { return }
      for key in stages[place].dependencies { if let before = places[key] { add(before) } }
      probes.append(place)
    }
    let order = unknown.sorted { ($1.passes, $0.first) < ($0.passes, $1.first) }
    for family in order.prefix(mostProbes) { add(family.first) }
    return probes
  }
}
