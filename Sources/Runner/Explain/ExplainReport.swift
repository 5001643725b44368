package import Experiments
internal import Results

/// What `explain` says: of each stage its key, whether it is stored, and in which settings it
/// differs from the nearest stored one.
package struct ExplainReport {
  /// Stages that are explained at a time; more are too many to read, and to compare at once.
  package static let mostStages = 1000

  private let heading: String
  private let entries: [Entry]
  private let isPartial: Bool

  private struct Entry {
    var stage: Stage
    var isStored: Bool
    var nearest: StageComparison.Nearest?
  }

  /// - Parameters:
  ///   - heading: What the stages belong to.
  ///   - stages: Some of the plan's, at most `mostStages`.
  ///   - siblings: Keys of stages that come last among equally near ones, beside the plan's own.
  package init(
    _ heading: String, _ stages: [Stage], of plan: Plan, siblings: Set<StageKey>,
    store: ContentStore
  ) {
    var comparison = StageComparison(plan, store)
    let siblings = siblings.union(plan.stages.keys)
    self.heading = heading
    isPartial = comparison.isPartial
    entries = stages.map { stage in
      Entry(
        stage: stage, isStored: comparison.stored.contains(stage.key),
        nearest: comparison.nearest(to: stage, siblings: siblings))
    }
  }

  // MARK: For people

  /// Of a stage that differs in more settings, these are shown.
  private static let mostChanges = 8

  package var text: String {
    let stored = entries.count(where: \.isStored)
    var text = "\(heading): \(Words.count(entries.count, "stage")), \(stored) stored\n\n"
    var rows = [["stage", "key", "stored", "nearest", "differs in", "nearest has", "this has"]]
    for entry in entries { rows += self.rows(entry) }
    text += TextTable(rows).text(indent: "  ")
    if isPartial {
      text +=
        "\nOnly \(NumberText.grouped(StoredStages.mostManifests)) stored stages were compared.\n"
    }
    return text
  }

  private func rows(_ entry: Entry) -> [[String]] {
    let key = String(entry.stage.key.hex.prefix(8))
    let start = [entry.stage.title, key, entry.isStored ? "yes" : "no"]
    guard let nearest = entry.nearest else {
      return [
        start + ["-", "no other \(entry.stage.isTraining ? "training" : "evaluation") is stored"]
      ]
    }
    let shown =
      nearest.changes.count > Self.mostChanges + 1
      ? Self.mostChanges : nearest.changes.count
    var rows = nearest.changes.prefix(shown).enumerated().map { index, change in
      (index == 0
        ? start + [String(nearest.key.hex.prefix(8))] : ["", "", "", ""])
        + [change.path, change.old?.shown ?? "-", change.new?.shown ?? "-"]
    }
    let more = nearest.changes.count - shown
    if more > 0 { rows.append(["", "", "", "", "… and \(more) more"]) }
    return rows
  }

  // MARK: For programs

  package var document: Document {
    Document(
      explained: heading,
      stages: entries.map { entry in
        Document.StageEntry(
          title: entry.stage.title, kind: entry.stage.isTraining ? "train" : "evaluate",
          key: entry.stage.key.hex, stored: entry.isStored,
          nearest: entry.nearest.map { nearest in
            Document.NearestEntry(
              key: nearest.key.hex,
              differences: nearest.changes.map {
                Document.Difference(
                  setting: $0.path, nearest: $0.old?.json ?? .null, this: $0.new?.json ?? .null)
              })
          })
      })
  }

  /// `explain --json`.
  package struct Document: Encodable, Sendable {
    var schemaVersion = 1
    var explained: String
    var stages: [StageEntry]

    struct StageEntry: Encodable, Sendable {
      var title: String
      var kind: String
      var key: String
      var stored: Bool
      var nearest: NearestEntry?
    }

    struct NearestEntry: Encodable, Sendable {
      var key: String
      var differences: [Difference]
    }

    struct Difference: Encodable, Sendable {
      /// As a spec's path, or `data`, `engine revision` and the like.
      var setting: String
      var nearest: JSONValue
      var this: JSONValue
    }

    enum CodingKeys: String, CodingKey {
      case schemaVersion = "schema_version"
      case explained, stages
    }
  }
}
