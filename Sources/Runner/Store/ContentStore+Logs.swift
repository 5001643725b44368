package import Experiments
package import Files
internal import Glibc
package import SystemPackage

extension ContentStore {
  static let logs = "logs"
  private static let (logEnding, requestEnding) = (".log", ".request.json")

  /// Where a worker's standard error goes while its stage runs; what is stored holds its own log.
  package func logPath(of key: StageKey) -> FilePath {
    folder.appending(Self.logs).appending(key.hex + Self.logEnding)
  }

  /// Where a worker's request is while its stage runs and after it failed.
  package func requestPath(of key: StageKey) -> FilePath {
    folder.appending(Self.logs).appending(key.hex + Self.requestEnding)
  }

  /// A new file for what a worker says: what stands there may be a link to something, or a pipe that
  /// nobody reads.
  func createLog(of key: StageKey) throws -> FileDescriptor {
    let path = logPath(of: key)
    func create() throws -> FileDescriptor {
      try FileDescriptor.open(
        path, .readWrite, options: [.create, .exclusiveCreate, .append, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    }
    // Mostly there is a folder, and nothing in it.
    if let file = try? create() { return file }
    try FileSystem.createFolders(path.removingLastComponent())
    try FileSystem.removeTree(path)
    return try create()
  }

  /// Removes the log and the request of a stage, where there are any: what is stored has a log of its
  /// own. What cannot be removed is tried again at the end of the run.
  func removeLog(of key: StageKey) {
    guard let contained = try? ContainedFolder(folder.appending(Self.logs)) else { return }
    for ending in [Self.logEnding, Self.requestEnding] {
      _ = try? contained.remove(FilePath(key.hex + ending), .file)
    }
  }

  /// Has this process's standard error go to the log of a stage.
  ///
  /// - Parameter old: The stage whose log it is now, which needs none any more: its file is used
  ///   again.
  func takeLog(of key: StageKey, insteadOf old: StageKey?) throws {
    // Emptied first: whoever reads the log of this stage finds no word of the other one.
    if let old, ftruncate(STDERR_FILENO, 0) == 0,
      rename(logPath(of: old).string, logPath(of: key).string) == 0
    {
      return
    }
    let file = try createLog(of: key)
    defer { try? file.close() }
    _ = try file.duplicate(as: .standardError)
  }

  /// The log that a worker has left which failed.
  func leftLog(of key: StageKey) -> String {
    (try? FileSystem.readText(logPath(of: key), limit: 1 << 26)) ?? ""
  }

  /// Removes logs and requests of stages that are stored: a process that died just after its worker
  /// was done has left them.
  package func removeLogs(where isStored: (StageKey) -> Bool) throws(FileError) {
    let folder = folder.appending(Self.logs)
    guard try FileSystem.information(folder)?.isFolder == true else { return }
    let contained = try ContainedFolder(folder)
    for name in try FileSystem.list(folder) {
      guard let key = StageKey(hex: String(name.prefix(64))), isStored(key),
        name.hasSuffix(Self.logEnding) || name.hasSuffix(Self.requestEnding)
      else { continue }
      try contained.remove(FilePath(name), .file)
    }
  }
}
