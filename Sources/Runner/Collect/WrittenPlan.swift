internal import Experiments
internal import Files
internal import SystemPackage

/// The dataset of an experiment, its runs and their evaluations, as its `results.json` says.
struct WrittenPlan {
  struct Run: Decodable {
    var name: String
    var models: [PlanDocument.ModelEntry]
  }

  let dataset: PlanDocument.DatasetEntry
  let runs: [Run]

  /// - Throws: `FileError`, or `DecodingError` where the file says no such thing.
  init(_ document: FilePath) throws {
    struct Document: Decodable {
      struct Plan: Decodable {
        var dataset: PlanDocument.DatasetEntry
        var runs: [Run]
      }
      var plan: Plan
    }
    let plan = try WireFormat.decode(Document.self, from: FileSystem.read(document)).plan
    (dataset, runs) = (plan.dataset, plan.runs)
  }
}
