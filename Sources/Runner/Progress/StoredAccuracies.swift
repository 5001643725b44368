package import Experiments
internal import Measurements
internal import Settings

extension ProgressState {
  /// More stored evaluations are not read: a run is to begin at once.
  private static let mostRead = 512

  /// The last attack of a plan; `nil` where there are clean images alone.
  static func lastAttack(of stages: some BidirectionalCollection<Stage>) -> AttackSettings? {
    for case .evaluate(let work) in stages.reversed().lazy.map(\.work) where work.attack != nil {
      return work.attack
    }
    return nil
  }

  /// Takes the accuracies of stored evaluations under the last attack, as far as they are read.
  package mutating func note(
    stored: [StageKey: StageManifest], of stages: PlannedStages, in store: ContentStore
  ) {
    guard !stored.isEmpty, stored.count < stages.count,
      let attack = Self.lastAttack(of: stages)
    else { return }
    let evaluations = stages.lazy.filter { stage in
      guard case .evaluate(let work) = stage.work, work.attack == attack else { return false }
      return stored[stage.key] != nil
    }
    for stage in evaluations.prefix(Self.mostRead) {
      guard let manifest = stored[stage.key],
        let bytes = try? store.read(OutputFile.evaluation, of: manifest),
        let record = try? WireFormat.decode(EvaluationRecord.self, from: bytes)
      else { continue }
      let measurement = record.measurement
      note(Double(measurement.correct) / Double(max(1, measurement.examples)), of: stage)
    }
  }
}
