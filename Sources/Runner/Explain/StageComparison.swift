package import Experiments

/// A plan beside what is stored: which of its stages are there, and in what the others differ from
/// those that are.
package struct StageComparison {
  package let plan: Plan
  /// The stages of the plan that are stored.
  package let stored: Set<StageKey>
  /// What the store says of stages; at most `StoredStages.mostManifests`.
  package let manifests: [StageManifest]
  /// Whether there is more in the store than was looked at.
  package let isPartial: Bool
  private var search: NearestStages
  /// Of stored stages, the texts of their keys.
  private let texts: [String: String]
  /// Of the plan's trainings, where they stand; none where nothing is stored.
  private let positions: [StageKey: Int]

  /// - Parameter siblings: Read first, after the plan's own.
  package init(_ plan: Plan, _ store: ContentStore) {
    let entries = StoredStages(store)
    self.plan = plan
    stored = entries.stored(of: plan)
    manifests = entries.count > 0 ? entries.manifests(first: stored) : []
    isPartial = entries.count > StoredStages.mostManifests
    var texts: [String: String] = [:]
    var keyTexts: [(StageKey, String)] = []
    for manifest in manifests {
      guard let text = manifest.keyText ?? manifest.work?.canonicalText else { continue }
      keyTexts.append((manifest.key, text))
      texts[manifest.key.hex] = text
    }
    var positions: [StageKey: Int] = [:]
    if !manifests.isEmpty {
      for index in plan.stages.indices where plan.stages.isTraining(at: index) {
        positions[plan.stages.key(at: index)] = index
      }
    }
    self.texts = texts
    self.positions = positions
    search = NearestStages(
      keyTexts.compactMap { key, text in
        StageFields(text) { texts[$0] }.map { (key, $0) }
      })
  }

  /// The settings that decided a stage of the plan.
  package func fields(of stage: Stage) -> StageFields? {
    StageFields(stage.work.canonicalText) { hex in
      if let text = texts[hex] { return text }
      guard let key = StageKey(hex: hex), let position = positions[key] else { return nil }
      return plan.stages[position].work.canonicalText
    }
  }

  /// The stored stage that differs from a planned one in the fewest settings.
  package struct Nearest: Sendable {
    package var key: StageKey
    package var changes: [FieldChange]
  }

  /// - Parameter siblings: Looked at only where no other stage is as near.
  package mutating func nearest(
    to stage: Stage, siblings: Set<StageKey> = []
  ) -> Nearest? {
    guard !search.isEmpty(training: stage.isTraining), let fields = fields(of: stage) else {
      return nil
    }
    return search.nearest(to: stage.key, fields, siblings: siblings).map {
      Nearest(key: $0.key, changes: $0.changes)
    }
  }

  /// How many stages of a kind can be compared within a fraction of a second.
  func affordable(training: Bool) -> Int {
    min(1000, max(20, 20_000_000 / search.cost(training: training)))
  }

  func isEmpty(training: Bool) -> Bool { search.isEmpty(training: training) }
}
