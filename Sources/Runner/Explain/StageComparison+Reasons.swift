internal import Settings
internal import Experiments
internal import Results

extension StageComparison {
  /// Why stages are not stored though others of their kind are: `3 of 6 trainings differ from
  /// stored ones in hparams.learning_rate: 0.001 -> 0.01`.
  package mutating func reasons() -> [String] {
    guard !(isEmpty(training: true) && isEmpty(training: false)) else { return [] }
    let siblings = Set(plan.stages.keys)
    var lines: [String] = []
    var untrained: Set<StageKey> = []
    for isTraining in [true, false] where !isEmpty(training: isTraining) {
      let kind = plan.stages.indices.filter { plan.stages.isTraining(at: $0) == isTraining }
      let new = kind.filter { !stored.contains(plan.stages.key(at: $0)) }
      if isTraining { untrained.formUnion(new.map { plan.stages.key(at: $0) }) }
      let open = new.filter {
        !plan.stages.dependencies(at: $0).contains(where: untrained.contains)
      }
      let waiting = new.count - open.count
      let noun = isTraining ? "training" : "evaluation"
      if waiting > 0 {
        lines.append(
          "\(NumberText.grouped(waiting)) of \(Words.count(kind.count, noun)) "
            + "\(waiting == 1 ? "waits" : "wait") for models that are to be trained"
        )
      }
      lines += reasons(open, of: Words.count(kind.count, noun), isTraining, siblings)
    }
    return lines
  }

  /// A line for each set of settings in which stages differ from their nearest ones.
  private mutating func reasons(
    _ stages: [Int], of all: String, _ isTraining: Bool, _ siblings: Set<StageKey>
  ) -> [String] {
    guard !stages.isEmpty else { return [] }
    var groups: [(paths: [String], changes: [[FieldChange]])] = []
    let looked = sample(stages, affordable(training: isTraining))
    let isSample = looked.count < stages.count
    let all = isSample ? "\(NumberText.grouped(looked.count)) compared" : all
    for index in looked {
      guard let changes = nearest(to: plan.stages[index], siblings: siblings)?.changes else {
        continue
      }
      let paths = changes.map(\.path)
      if let place = groups.firstIndex(where: { $0.paths == paths }) {
        groups[place].changes.append(changes)
      } else {
        groups.append((paths, [changes]))
      }
    }
    var lines = groups.sorted { $0.changes.count > $1.changes.count }.prefix(Self.mostLines).map {
      "\(NumberText.grouped($0.changes.count)) of \(all) "
        + "\($0.changes.count == 1 ? "differs" : "differ") from stored ones in "
        + words($0.paths, $0.changes)
    }
    let more = groups.count - lines.count
    if more > 0 { lines.append("… and \(Words.count(more, "other difference"))") }
    if isSample {
      lines.append(
        "(\(NumberText.grouped(looked.count)) of \(NumberText.grouped(stages.count)) were compared)"
      )
    }
    return lines
  }

  /// Of very many positions, some from all over the plan.
  ///
  /// Steps of the golden ratio fall in with no period that a sweep may have.
  private func sample(_ positions: [Int], _ count: Int) -> [Int] {
    guard positions.count > count else { return positions }
    let chosen = Set(
      (0..<count).map { index in
        let share = (Double(index) * 0.618033988749895).truncatingRemainder(dividingBy: 1)
        return Int(nearest: (share * Double(positions.count)).rounded(.down))
      })
    return chosen.sorted().map { positions[$0] }
  }

  private static let mostLines = 5
  /// A stage that differs in more has little to do with the stored one.
  private static let mostSettings = 4

  private func words(_ paths: [String], _ changes: [[FieldChange]]) -> String {
    guard paths.count <= Self.mostSettings else { return "\(paths.count) settings" }
    let parts = paths.indices.map { index -> String in
      var seen: Set<String> = []
      let values = changes.map { $0[index].valueWords }.filter { seen.insert($0).inserted }
      return values.count <= 3
        ? "\(paths[index]): \(values.joined(separator: ", "))"
        : "\(paths[index]) (\(values.count) values)"
    }
    return parts.joined(separator: " and ")
  }
}
