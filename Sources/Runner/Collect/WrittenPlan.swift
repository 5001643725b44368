internal import Experiments
internal import Files
internal import Results
internal import SystemPackage

/// The dataset of an experiment, its runs, their evaluations and what failed, as its `results.json`
/// says.
struct WrittenPlan: Sendable {
  struct Run: Decodable, Sendable {
    var name: String
    var models: [PlanDocument.ModelEntry]
  }

  let dataset: PlanDocument.DatasetEntry
  let runs: [Run]
  private let statuses: [StageStatus]

  /// - Throws: `FileError`, or `DecodingError` where the file says no such thing.
  init(_ document: FilePath) throws {
    struct Document: Decodable {
      struct Plan: Decodable {
        var dataset: PlanDocument.DatasetEntry
        var runs: [Run]
      }
      var plan: Plan
      var statuses: [StageStatus]?
    }
    let document = try WireFormat.decode(Document.self, from: FileSystem.read(document))
    (dataset, runs) = (document.plan.dataset, document.plan.runs)
    statuses = document.statuses ?? []
  }

  /// Why a model of a run has no weights: `diverged: epoch 1, step 7: ...`.
  ///
  /// - Returns: `nil` where the file does not say so.
  func failure(of model: String, in run: String) -> String? {
    let key = runs.first { $0.name == run }?.models.first { $0.name == model }?.train
    return statuses.first { $0.key == key && $0.status != .ok }.map { stage in
      stage.status.rawValue + (stage.reason.map { ": \($0)" } ?? "")
    }
  }
}
