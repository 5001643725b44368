internal import Digest
internal import Experiments
internal import Files
internal import Measurements
internal import Results
internal import Settings
internal import SystemPackage

/// What a run has written beside what it was written from.
struct WrittenFiles {
  /// The tables and the page, each with the digest of its bytes.
  var tables: [(name: String, digest: String)] = []
  /// The names of files that runs have, each list once.
  private(set) var runFiles: [[String]] = []
  /// For each run the place of its list.
  private(set) var runs: [Int] = []
  private var places: [[String]: Int] = [:]

  mutating func add(_ files: MirroredFiles) {
    let place = places[files.names] ?? runFiles.count
    if place == runFiles.count {
      places[files.names] = place
      runFiles.append(files.names)
    }
    runs.append(place)
  }
}

extension FinishedRun {
  /// Names all that decides what is written, but for what comes of the stages.
  ///
  /// - Parameter provenance: Without kernels, which the stages say.
  static func origin(
    of plan: Plan, provenance: Provenance, _ origin: SpecOrigin, classNames: [String]?
  ) throws -> String {
    var text = [
      plan.experiment, plan.description ?? "", "\(plan.tags)", "\(plan.dataset)", "\(plan.axes)",
      "\(plan.seeds)", "\(plan.runs.evaluations)", "\(plan.runs.models)", "\(classNames ?? [])",
      origin.text ?? "", origin.command ?? "",
      String(decoding: try WireFormat.encode(provenance), as: UTF8.self),
    ].joined(separator: "\0").utf8.map(\.self)
    for run in plan.runs.indices { text += plan.runs.name(at: run).utf8 }
    for key in plan.stages.keys {
      withUnsafeBytes(of: key.words) { text += $0 }
    }
    return ContentDigest.sha256(text).hex
  }

  /// Takes note of what an experiment's folder holds now.
  mutating func look(at folder: FilePath, _ written: WrittenFiles, _ plan: Plan) {
    let now = FileStamp.now
    about.runFiles = written.runFiles
    about.tables = written.tables.compactMap { name, digest in
      FileStamp(at: folder.appending(name).string).map {
        Table(name: name, stamp: $0.all, digest: digest, isOld: $0.isOlder(than: now))
      }
    }
    let parent = folder.appending("runs").string + "/"
    let places = written.runFiles.map { MirroredFiles.Places($0) }
    runs = zip(plan.runs.indices, written.runs).compactMap { run, list in
      MirroredFiles.state(places[list], in: parent + plan.runs.name(at: run)).map {
        Run(names: list, state: $0)
      }
    }
    // Without all of them it is no record of the run.
    if runs.count < plan.runs.count || about.tables.count < written.tables.count {
      about.origin = ""
    }
  }

  /// Whether an experiment's folder holds what it did.
  func isUnchanged(in folder: FilePath, _ plan: Plan) -> Bool {
    guard runs.count == plan.runs.count, !about.tables.isEmpty else { return false }
    for table in about.tables {
      let file = folder.appending(table.name)
      guard FileStamp(at: file.string)?.all == table.stamp else { return false }
      if !table.isOld {
        guard (try? Self.digest(of: file)) == table.digest else { return false }
      }
    }
    let parent = folder.appending("runs").string + "/"
    let places = about.runFiles.map { MirroredFiles.Places($0) }
    return zip(plan.runs.indices, runs).allSatisfy { index, run in
      places.indices.contains(run.names)
        && MirroredFiles.state(places[run.names], in: parent + plan.runs.name(at: index))
          == run.state
    }
  }

  /// Takes note of what tables do not say.
  mutating func take(_ table: ResultTable, _ claims: ClaimText) throws {
    comparisons = try claims.comparisons.json(axes: table.axes)
    for (place, row) in table.rows.enumerated() {
      if let verdict = row.metrics?.attack?.verdict, !verdict.reasons.isEmpty {
        about.reasons[place] = verdict
      }
    }
  }

  /// Takes note of the stages whose files were read.
  mutating func take(_ checked: CheckedStages, _ plan: Plan) {
    stages = checked.records(of: plan.stages.keys)
    about.names = checked.names
  }

  /// The table, as the run that wrote it had it.
  ///
  /// - Throws: `FileError`, `CSVError` or `TableError` where `results.csv` is not that table.
  func table(in folder: FilePath) throws -> ResultTable {
    let file = folder.appending("results.csv")
    let table = try ResultTable(
      CSVTable(parsing: FileSystem.read(file), file: file.string), file: file.string)
    guard !about.reasons.isEmpty else { return table }
    return ResultTable(
      axes: table.axes,
      rows: table.rows.enumerated().map { place, row in
        guard let verdict = about.reasons[place], var metrics = row.metrics else { return row }
        metrics.attack?.verdict = verdict
        return ResultRow(row.key, metrics)
      })
  }

  /// Takes note of a table that was written once more.
  mutating func replace(_ name: String, _ bytes: [UInt8], in folder: FilePath) {
    guard let place = about.tables.firstIndex(where: { $0.name == name }),
      let stamp = FileStamp(at: folder.appending(name).string)
    else { return }
    about.tables[place] = Table(
      name: name, stamp: stamp.all, digest: Self.digest(of: bytes), isOld: false)
  }
}

extension FinishedRun {
  static func digest(of bytes: [UInt8]) -> String {
    var digest = PartsDigest()
    digest.add(bytes)
    return digest.finish()
  }

  static func digest(of file: FilePath) throws -> String {
    var digest = PartsDigest()
    try FileParts.read(file) { digest.add(Array($0)) }
    return digest.finish()
  }
}

/// A digest of bytes that are not in memory together: that of the digests of their parts.
struct PartsDigest {
  private var rest: [UInt8] = []
  private var digests: [UInt8] = []

  mutating func add(_ bytes: [UInt8]) {
    rest += bytes
    while rest.count >= FileParts.size {
      digests += ContentDigest.sha256(Array(rest[..<FileParts.size])).bytes
      rest.removeFirst(FileParts.size)
    }
  }

  consuming func finish() -> String {
    digests += ContentDigest.sha256(rest).bytes
    return ContentDigest.sha256(digests).hex
  }
}

extension FileStamp {
  fileprivate var all: [UInt64] {
    var words: [UInt64] = []
    append(to: &words)
    return words
  }
}
