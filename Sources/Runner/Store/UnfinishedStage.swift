internal import Experiments
internal import Files
internal import Learning
internal import SystemPackage

/// What is there of a stage that has not come to its end: sealed files in a folder of its own,
/// `<store>/unfinished/<key>/`. Each appears whole or not at all.
struct UnfinishedStage {
  private let store: ContentStore
  private let key: StageKey
  /// Says what the files depend on beside the key: the version of the program. Numbers do not depend on
  /// the machine.
  let maker: String

  init(_ key: StageKey, in store: ContentStore, programVersion: String) {
    self.store = store
    self.key = key
    maker = programVersion
  }

  private var folder: FilePath { store.unfinishedPath(of: key) }

  func path(_ name: String) -> FilePath { folder.appending(name) }

  /// The bytes of a file; `nil` where there is none.
  func read(_ name: String) throws(FileError) -> [UInt8]? {
    guard try FileSystem.information(path(name)) != nil else { return nil }
    return try FileSystem.read(path(name))
  }

  func write(_ bytes: [UInt8], to name: String) throws(FileError) {
    try FileSystem.claimFolder(store.unfinishedFolder)
    try FileSystem.claimFolder(folder)
    try AtomicFile.write(bytes, to: path(name))
  }

  /// Removes what workers that died while they wrote have left.
  func removeLeftovers() { try? AtomicFolder.removeLeftovers(in: folder, olderThan: 60) }

  /// Why a file cannot be used, in words.
  func problem(_ name: String, _ error: any Error) -> String {
    let words =
      switch error {
      case SealedFile.Problem.damaged: "it is damaged"
      case SealedFile.Problem.foreign:
        "it was made by another version of the program"
      case let error as FileError: "\(error.problem)"
      default: "\(error)"
      }
    return "\(path(name)): \(words)"
  }
}
