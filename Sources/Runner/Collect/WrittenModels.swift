internal import Digest
internal import Experiments
internal import Files
package import Learning
internal import Settings
package import SystemPackage

/// The trained models in the folder of a run.
package struct WrittenModels: Sendable {
  package let run: WrittenRuns.Run
  /// Of the models, in the order of the spec.
  package let names: [String]
  /// The dataset that was used, which may be the fallback.
  package let dataset: String
  /// Of that dataset, in the order of the labels; `nil` where the classes have no names, or where
  /// they are not known any more.
  package let classNames: [String]?
  /// The SHA-256 of the run's `spec.yaml`, hexadecimal.
  package let specDigest: String
  /// `nil` where the run's folder has left the experiment.
  private let plan: WrittenPlan?

  /// A model without weights: why.
  package struct NotTrained: Error, Hashable, Sendable {
    package let reason: String
    package let log: FilePath
  }

  /// - Parameter environment: Where datasets may lie, whose classes have names.
  /// - Throws: `FileError`, or `DiagnosticsError` where the run's spec is none.
  package init(of run: WrittenRuns.Run, environment: [String: String]) throws {
    self.run = run
    specDigest = ContentDigest.sha256(try FileSystem.read(run.spec)).hex
    let spec = try ExperimentPlanner.load(spec: run.spec.string, environment: environment)
    names = spec.settings.models.map(\.name)
    plan = try? WrittenPlan(
      run.folder.removingLastComponent().removingLastComponent().appending("results.json"))
    let name = plan.flatMap { DatasetName(rawValue: $0.dataset.name) } ?? spec.dataset.name
    dataset = name.rawValue
    let library = DatasetLibrary(DatasetLocations(environment: environment))
    let own = name == spec.dataset.name ? spec.dataset.own : nil
    classNames = (try? library.classNames(of: name, own: own)) ?? nil
  }

  /// The weights of a model.
  ///
  /// - Throws: `NotTrained`, `FileError`, or `CheckpointError` where they are damaged.
  package func checkpoint(of model: String) throws -> Checkpoint {
    let folder = run.folder.appending("models").appending(model)
    let file = folder.appending(OutputFile.weights)
    guard try FileSystem.information(file) != nil else {
      throw NotTrained(
        reason: plan?.failure(of: model, in: run.name) ?? "they are not in its folder",
        log: folder.appending("train.log"))
    }
    return try Checkpoint(decoding: FileSystem.read(file), origin: file.string)
  }
}
