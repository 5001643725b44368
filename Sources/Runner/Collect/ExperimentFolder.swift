internal import Experiments
package import Files
package import Results
package import SystemPackage
package import Tracking

/// `results/<experiment>/`: a mirror of the last run of an experiment.
package struct ExperimentFolder: Sendable {
  package let path: FilePath

  /// - Parameter results: `results/`.
  package init(_ experiment: String, in results: FilePath) {
    path = results.appending(experiment)
  }

  init(at path: FilePath) { self.path = path }

  /// Says that a process works on the experiment, as long as the lock lives. Several may: they share
  /// its stages.
  package func announce() throws(FileError) -> FileLock {
    try FileSystem.createFolders(path)
    return try FileLock(ExperimentNote.path(in: path), .shared)
  }

  /// Keeps other processes from writing the tables as long as the lock lives.
  ///
  /// - Parameter onWait: Called once where another process writes them.
  package func lockTables(onWait: () -> Void = {}) throws(FileError) -> FileLock {
    try FileSystem.createFolders(path)
    return try FileLock(path.appending(".tables.lock"), onWait: onWait)
  }

  /// Writes all files, each whole or not at all and only where it is not what it should be; removes
  /// what was written for runs that the plan does not have any more.
  ///
  /// - Parameters:
  ///   - tracking: Other formats in which the results are written, too.
  ///   - onMove: Told what stood in the way of a run's files, and where it is now.
  ///   - checkInterruption: Called between files; throws where writing is to end.
  /// - Throws: `FileError`, or what `checkInterruption` throws; the files written until then are
  ///   whole.
  package func write(
    _ collection: Collection, provenance: Provenance, origin: SpecOrigin = SpecOrigin(),
    tracking: [TrackingFormat] = [],
    onMove: @escaping (_ path: FilePath, _ moved: FilePath) -> Void = { _, _ in },
    checkInterruption: () throws -> Void = {}
  ) throws {
    _ = try write(
      collection, CheckedStages(collection.store), provenance: provenance, origin: origin,
      tracking: tracking, onMove: onMove, checkInterruption: checkInterruption)
  }

  /// The same with what is known of the store's files, which are checked as far as they are not yet.
  ///
  /// - Returns: What is there.
  func write(
    _ collection: Collection, _ checked: CheckedStages, provenance: Provenance,
    origin: SpecOrigin, tracking: [TrackingFormat],
    onMove: @escaping (_ path: FilePath, _ moved: FilePath) -> Void,
    checkInterruption: () throws -> Void
  ) throws -> WrittenFiles {
    try ContainedFolder(path).removeUnfinishedFiles(in: "")
    var written = WrittenFiles()
    func put(_ name: String, _ bytes: [UInt8]) throws {
      try self.put(name, bytes)
      written.tables.append((name, FinishedRun.digest(of: bytes)))
    }
    let table = collection.table
    try put("results.csv", Array(table.csv.text.utf8))
    try checkInterruption()
    try put("summary.csv", Array(SummaryTable(table).csv.text.utf8))
    try checkInterruption()
    try put(Self.timings, Array(collection.timings.csv.text.utf8))
    written.tables.append(try putDocument(collection, provenance, origin))
    try checkInterruption()
    let page = ExperimentPage(collection: collection, provenance: provenance, origin: origin)
    try put(ExperimentPage.fileName, Array(page.html().utf8))
    try checkInterruption()
    let runs = path.appending("runs")
    if let moved = try FileSystem.claimFolder(runs, mayBeLink: true) { onMove(runs, moved) }
    let plan = collection.plan
    let names = Set(plan.runs.indices.map { plan.runs.name(at: $0) })
    try removeStale(in: runs, keeping: names)
    try collection.check(checked, checkInterruption)
    var folder = RunFolder(
      collection: collection, checked: checked, parent: runs, onMove: onMove)
    var pictures = PictureMaker(store: collection.store)
    for run in collection.plan.runs {
      try checkInterruption()
      written.add(try folder.write(run, pictures: &pictures))
    }
    // Once for all files of all runs.
    try? FileSystem.synchronize(path)
    guard !tracking.isEmpty else { return written }
    let tracked = try TrackedExperiment(collection, pictures: pictures)
    for format in tracking {
      try TrackingFolder(format, in: path, onMove: onMove)
        .write(tracked, checkInterruption: checkInterruption)
    }
    return written
  }

  static let timings = "timings.csv"

  /// Writes `results.json`, which may be larger than all the rest.
  private func putDocument(
    _ collection: Collection, _ provenance: Provenance, _ origin: SpecOrigin
  ) throws -> (name: String, digest: String) {
    let (name, plan) = ("results.json", collection.plan)
    var frame = plan
    (frame.runs, frame.stages) = (PlannedRuns([]), PlannedStages([]))
    let document = ResultsDocument(
      experiment: plan.experiment, table: collection.table, plan: PlanDocument(frame),
      provenance: provenance, statuses: collection.statuses, claims: collection.claims,
      spec: origin.written)
    var digest = PartsDigest()
    try FileParts.put(path.appending(name)) { write in
      try document.json([
        .init("runs", count: plan.runs.count) { index in
          frame.runs = PlannedRuns([plan.runs[index]])
          return PlanDocument(frame).runs[0]
        },
        .init("stages", count: plan.stages.count) { index in
          (frame.runs, frame.stages) = (PlannedRuns([]), PlannedStages([plan.stages[index]]))
          return PlanDocument(frame).stages[0]
        },
      ]) { part in
        digest.add(part)
        try write(part)
      }
    }
    return (name, digest.finish())
  }

  func writePage(_ page: ExperimentPage) throws {
    try put(ExperimentPage.fileName, Array(page.html().utf8))
  }

  func put(_ name: String, _ bytes: [UInt8]) throws(FileError) {
    let file = path.appending(name)
    if (try? FileSystem.read(file, limit: bytes.count)) == bytes { return }
    try AtomicFile.write(bytes, to: file)
  }

  /// Removes runs of former plans: of folders with a run's name and our list in them, what is on the
  /// list.
  private func removeStale(in runs: FilePath, keeping names: Set<String>) throws {
    for name in try FileSystem.list(runs) where !names.contains(name) {
      let parts = name.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].count >= 3, parts[0].allSatisfy(\.isNumber),
        parts[1].count == 8, parts[1].allSatisfy(\.isHexDigit),
        MirrorFolder.isOurs(runs.appending(name))
      else { continue }
      try MirrorFolder.remove(runs.appending(name))
    }
  }
}
