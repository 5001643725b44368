internal import Experiments
internal import Files
internal import SystemPackage

/// The runs of an experiment and their evaluations, as its `results.json` says.
struct WrittenPlan {
  struct Run: Decodable {
    var name: String
    var models: [PlanDocument.ModelEntry]
  }

  let runs: [Run]

  /// - Throws: `FileError`, or `DecodingError` where the file says no such thing.
  init(_ document: FilePath) throws {
    struct Document: Decodable {
      struct Plan: Decodable { var runs: [Run] }
      var plan: Plan
    }
    runs = try WireFormat.decode(Document.self, from: FileSystem.read(document)).plan.runs
  }
}
