package import Experiments
package import Files
package import Learning

/// What is there of a training that has not come to its end: a snapshot, `training`, and the weights of
/// epochs that are to be kept, under the names that they will have.
package struct UnfinishedTraining {
  static let snapshotName = "training"

  /// Where a training goes on.
  package struct Found {
    package var snapshot: TrainingSnapshot
    /// Files of weights, by name.
    package var kept: [String: [UInt8]]
  }

  private let stage: UnfinishedStage

  package init(_ key: StageKey, in store: ContentStore, programVersion: String) {
    stage = UnfinishedStage(key, in: store, programVersion: programVersion)
  }

  /// What can be used.
  ///
  /// - Parameters:
  ///   - every: After how many epochs weights are kept; `nil` for never.
  ///   - fits: Whether a snapshot can be one of this training.
  /// - Returns: Also why what is there cannot be used, in words; `nil` where it can, or nothing is there.
  package func found(
    checkpointEvery every: Int?, fits: (TrainingSnapshot) -> Bool
  ) -> (found: Found?, problem: String?) {
    stage.removeLeftovers()
    var name = Self.snapshotName
    do {
      guard let bytes = try stage.read(name) else { return (nil, nil) }
      let snapshot = try TrainingSnapshot(decoding: bytes, by: stage.maker)
      guard fits(snapshot) else { throw SealedFile.Problem.damaged }
      var found = Found(snapshot: snapshot, kept: [:])
      for epoch in every.map({ Array(stride(from: $0, through: snapshot.epoch, by: $0)) }) ?? [] {
        name = OutputFile.checkpoint(epoch: epoch)
        let sections = try SealedFile.sections(of: stage.read(name) ?? [], by: stage.maker)
        guard sections.count == 1 else { throw SealedFile.Problem.damaged }
        found.kept[name] = Array(sections[0])
      }
      return (found, nil)
    } catch {
      return (nil, stage.problem(name, error))
    }
  }

  /// Saves the weights of an epoch: before a snapshot of a later step.
  package func keep(_ bytes: [UInt8], as name: String) throws(FileError) {
    var file = SealedFile(by: stage.maker, capacity: bytes.count)
    file.add(bytes)
    try stage.write(file.finish(), to: name)
  }

  package func save(_ snapshot: TrainingSnapshot) throws(FileError) {
    try stage.write(snapshot.encoded(by: stage.maker), to: Self.snapshotName)
  }
}
