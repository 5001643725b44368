package import Experiments
package import Files
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
