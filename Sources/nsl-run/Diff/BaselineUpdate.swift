import Digest
import Files
import Results
import Runner
import SystemPackage

/// `diff --update`: the candidate's table becomes the baseline.
struct BaselineUpdate {
  private let file: ResultsFile
  /// Whether there is no baseline yet.
  let isFirst: Bool

  /// - Throws: `CommandFailure` where the baseline is no file that can be written.
  init(of baseline: String, in results: FilePath) throws {
    let given = FilePath(baseline)
    if try FileSystem.information(given) == nil, given.extension == "csv" {
      file = ResultsFile(path: given)
      isFirst = true
      return
    }
    file = try ResultsFile.find(baseline, in: results, status: .usage)
    isFirst = false
    if InputFile.isDescriptor(file.path) {
      throw CommandFailure(
        "`\(baseline)` is no file that --update can write", status: .usage,
        suggestion: "name the baseline's file")
    }
    if file.run != nil || file.document != nil {
      throw CommandFailure(
        "`\(file.path)` belongs to an experiment: only `nsl-run run` writes it", status: .usage,
        suggestion: "name a file of its own as the baseline, such as `results/baselines/NAME.csv`")
    }
  }

  /// Writes the bytes of the candidate's table, and beside them where they come from.
  ///
  /// - Throws: `CommandFailure` where the candidate is no baseline; `FileError`.
  func write(_ candidate: DiffTable, _ diff: TableDiff) throws {
    try check(candidate, diff)
    let note = file.provenanceFile
    let old = try? FileSystem.read(file.path)
    if !isFirst { diff.reasons.forEach { Console.error("warning: \($0)\n") } }
    let folder = file.path.removingLastComponent()
    if !folder.isEmpty { try FileSystem.createFolders(folder) }
    if old == candidate.bytes {
      Console.error("\(file.path) has these rows already\n")
    } else {
      try AtomicFile.write(candidate.bytes, to: file.path)
      Console.error(
        "\(isFirst ? "created" : "updated") \(file.path): \(count(of: candidate)) of \(candidate.name)\n"
      )
    }
    if let origin = candidate.origin {
      let digest = ContentDigest.sha256(candidate.bytes).hex
      let json = try BaselineProvenance(origin, tableDigest: digest).json()
      if (try? FileSystem.readText(note)) != json { try AtomicFile.write(json, to: note) }
    } else if old != candidate.bytes, try FileSystem.information(note) != nil {
      // It is of the table that was there before.
      try FileSystem.removeTree(note)
    }
  }

  private func count(of candidate: DiffTable) -> String {
    let rows = candidate.table.rows.count
    return rows == 1 ? "1 row" : "\(rows) rows"
  }

  private func check(_ candidate: DiffTable, _ diff: TableDiff) throws {
    let folder = candidate.file.path.removingLastComponent()
    let name = folder.lastComponent?.string ?? folder.string
    let ending =
      candidate.file.document == nil
      ? nil : ExperimentState(folder, experiment: name)?.ending
    if ending == .running || ending == .interrupted {
      throw CommandFailure(
        "\(file.path) was not written: the last run of `\(name)` has not come to its end",
        status: .difference, suggestion: "run it again: what is stored is not repeated")
    }
    // A table that is not even equal to itself would fail every comparison with it.
    let own = TableDiff.compare(
      baseline: candidate.table, candidate: candidate.table,
      options: DiffOptions(baselineName: candidate.name, candidateName: candidate.name))
    if let reason = own.reasons.first {
      throw CommandFailure(
        "\(file.path) was not written: \(reason)", status: .incomparable)
    }
    if own.exitStatus != 0 {
      let rows = own.rows.count { own.fails($0.verdict) }
      throw CommandFailure(
        "\(file.path) was not written: \(rows) of the candidate's rows "
          + "\(rows == 1 ? "has failed or has" : "have failed or have") numbers that are not finite",
        status: .difference, suggestion: "a baseline with such rows would fail every comparison")
    }
    if !isFirst, !diff.isOfOneKind {
      throw CommandFailure(
        "\(file.path) was not written: it is another kind of file than \(candidate.name)",
        status: .incomparable, suggestion: "remove it, if it is to be replaced")
    }
  }
}
