package import Experiments
package import Files
package import Learning
package import Settings
package import SystemPackage

/// What is there of an evaluation that has not come to its end: parts in files of their own, each named
/// after its first example.
package struct UnfinishedEvaluation {
  private let stage: UnfinishedStage
  private let architecture: Architecture
  private let keepsImages: Bool

  /// - Parameter architecture: Of the subject.
  package init(
    _ key: StageKey, in store: ContentStore, programVersion: String, architecture: Architecture,
    keepsImages: Bool
  ) {
    self.architecture = architecture
    self.keepsImages = keepsImages
    stage = UnfinishedStage(key, in: store, programVersion: programVersion)
  }

  /// The parts that can be used, without a gap from the first example on.
  ///
  /// - Returns: Also why the next one cannot be, in words; `nil` where there is none.
  package func parts(ofAtMost examples: Int) -> (parts: [EvaluationPart], problem: String?) {
    var parts: [EvaluationPart] = []
    while true {
      let next = parts.last?.end ?? 0
      do {
        guard next < examples, let bytes = try stage.read(String(next)) else {
          return (parts, nil)
        }
        let part = try EvaluationPart(
          decoding: bytes, by: stage.maker, of: architecture, keepsImages: keepsImages)
        guard part.first == next, part.end <= examples else { throw SealedFile.Problem.damaged }
        parts.append(part)
      } catch {
        return (parts, stage.problem(String(next), error))
      }
    }
  }

  package func save(_ part: EvaluationPart) throws(FileError) {
    try stage.write(part.encoded(by: stage.maker), to: String(part.first))
  }
}

extension ContentStore {
  static let unfinished = "unfinished"

  var unfinishedFolder: FilePath { folder.appending(Self.unfinished) }

  /// Where the parts of a stage are until it is stored.
  package func unfinishedPath(of key: StageKey) -> FilePath { unfinishedFolder.appending(key.hex) }

  /// Removes the parts of a stage, where there are any.
  func removeUnfinished(_ key: StageKey) throws(FileError) {
    try removeUnfinished { name, _ in name == key.hex }
  }

  /// Removes parts of stages that are stored: a worker that died just after it was done has left them.
  package func removeUnfinished(where isStored: (StageKey) -> Bool) throws(FileError) {
    try removeUnfinished { name, _ in StageKey(hex: name).map(isStored) ?? false }
  }

  /// Removes parts of stages that nobody has worked on for so long, in seconds.
  func removeUnfinished(olderThan age: Int, at time: Int) throws(FileError) {
    let limit = (time - age) * 1_000_000_000
    try removeUnfinished { _, found in found.modified < limit }
  }

  private func removeUnfinished(
    _ isMeant: (_ name: String, FileSystem.Information) -> Bool
  ) throws(FileError) {
    guard try FileSystem.information(unfinishedFolder)?.isFolder == true else { return }
    let contained = try ContainedFolder(unfinishedFolder)
    for name in try FileSystem.list(unfinishedFolder) where StageKey(hex: name) != nil {
      let path = unfinishedFolder.appending(name)
      guard let found = try FileSystem.information(path, followingLinks: false),
        isMeant(name, found)
      else { continue }
      try contained.remove(FilePath(name))
    }
  }
}
