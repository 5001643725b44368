internal import Files
internal import Glibc
package import SystemPackage

/// `.progress.json` in an experiment's folder: where its run is, for `nsl-run status`.
///
/// It is written whole, once a second at most, and stays as it was where the process dies. Of several
/// processes that work on one experiment the one that was there first writes it.
package struct ProgressFile: Sendable {
  private let path: FilePath
  private let process = getpid()
  private let host = RunSource.hostName
  /// What another process wrote this many seconds ago is not replaced.
  private static let freshness = 5
  private static let largest = 64 << 20

  package init(in folder: FilePath) { path = folder.appending(".progress.json") }

  /// The record; `nil` where there is none that can be read.
  package func read() -> ProgressRecord? {
    guard let bytes = try? FileSystem.read(path, limit: Self.largest) else { return nil }
    let record = try? WireFormat.decode(ProgressRecord.self, from: bytes)
    return record?.schema == ProgressRecord.currentSchema ? record : nil
  }

  /// The record, where its process wrote it a moment ago.
  func recent() -> ProgressRecord? {
    read().flatMap { abs(Int(Glibc.time(nil)) - $0.time) <= 2 * Self.freshness ? $0 : nil }
  }

  /// Writes where a run is; what cannot be written is left.
  ///
  /// - Parameter elapsed: Seconds since the beginning of the run.
  package func write(_ totals: ProgressTotals, _ running: [StageProgress], elapsed: Double) {
    let now = Int(Glibc.time(nil))
    if let other = read(), other.process != process || other.host != host,
      abs(now - other.time) < Self.freshness, other.totals.running + other.totals.waiting > 0
    {
      return
    }
    let record = ProgressRecord(
      process: process, host: host, elapsed: elapsed.rounded(decimals: 3), time: now,
      totals: totals, running: running)
    guard let bytes = try? WireFormat.encode(record) else { return }
    try? AtomicFile.writeWithoutWaiting(bytes, to: path)
  }
}
