import ArgumentParser
import Experiments
import Files
import Measurements
import Results
import Runner
import SystemPackage

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two tables of results, number by number.",
    discussion: """
      Rows are matched by their key columns (swept values, seed, model, attack), in any order. \
      Numbers must be equal, or within --tolerance. A missing row, a NaN or a failed run is always \
      a difference.

      With a spec alone, its `compare:` section names the baseline, the tolerances, the level of \
      significance and what counts; options take precedence.

      EXAMPLES:
        nsl-run diff my-spec.yaml
        nsl-run diff my-spec.yaml --update                  accept what has changed
        nsl-run diff results/baselines/quickstart.csv quickstart
        nsl-run diff old.csv new.csv --tolerance loss=0.05,0.1
        nsl-run diff old.csv new.csv --fail-on regressed    better is no failure
        nsl-run diff old.csv new.csv --significance 0.05    chance is no failure
        nsl-run diff old.csv new.csv --format markdown --output comment.md
        nsl-run diff my-spec.yaml --write junit=diff.xml --write json=diff.json

      metric=atol,rtol allows |candidate - baseline| <= atol + rtol |baseline|.

      With --significance, accuracies are tested, seed by seed (paired t test, Holm's correction); the \
      other numbers of their rows are not judged. With one seed, trained models are compared on their \
      images (McNemar), as far as both tables are of experiments whose results are still stored.

      In a GitHub workflow, the Markdown is also added to the summary of the job.

      EXIT STATUS: 0 no difference that counts (with --update: the baseline is as the candidate), 1 \
      a file cannot be written, 2 the command line is wrong, 3 a difference, 4 the tables cannot be \
      read or compared, or rows are missing.
      """)

  @Argument(
    help: "The baseline: a results.csv or summary.csv, a folder, an experiment; or a spec.",
    completion: .file(extensions: ["csv", "yaml", "yml"]))
  var baseline: String

  @Argument(
    help: "The table that is compared with it; not with a spec.",
    completion: .file(extensions: ["csv"]))
  var candidate: String?

  @Option(
    name: .customLong("tolerance"),
    help: ArgumentHelp(
      "How far a metric may differ, absolutely and relatively. May be given several times.",
      valueName: "metric=atol[,rtol]"),
    transform: ToleranceArgument.init)
  var tolerances: [ToleranceArgument] = []

  @Option(
    help: ArgumentHelp(
      "What counts: any difference (the default), or regressed: all but better numbers and extra rows.",
      valueName: "which"))
  var failOn: FailOn?

  @Option(
    help: ArgumentHelp(
      "Judge accuracies by tests at this level: chance explains what is not significant.",
      valueName: "level"),
    transform: SignificanceLevel.init)
  var significance: SignificanceLevel?

  @Flag(help: "Allow rows that only the candidate has.")
  var allowExtra = false

  @Flag(help: "Make the candidate the baseline; the baseline is a CSV file, which may be new.")
  var update = false

  @Option(help: "text, markdown, json, junit (XML), or github (annotations of a workflow).")
  var format = DiffFormat.text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file, not to standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    name: .customLong("write"),
    help: ArgumentHelp(
      "Write to a file in another format as well. May be given several times.",
      valueName: "format=file"),
    transform: WriteArgument.init)
  var writes: [WriteArgument] = []

  @Flag(
    name: .customLong("no-step-summary"),
    help: "Do not add the Markdown to the file that GITHUB_STEP_SUMMARY names.")
  var isSummaryOff = false

  @OptionGroup var results: ResultsOptions

  func validate() throws {
    var seen: Set<String> = []
    for tolerance in tolerances where !seen.insert(tolerance.metric).inserted {
      throw ValidationError("--tolerance is given twice for `\(tolerance.metric)`")
    }
    if output?.isEmpty == true { throw ValidationError("--output must name a file") }
    var files: Set<FilePath> = []
    for file in [output].compactMap({ $0 }) + writes.map(\.path)
    where !files.insert(FilePath(file).lexicallyNormalized()).inserted {
      throw ValidationError("`\(file)` is to be written twice")
    }
  }

  func run() throws {
    let comparison = try comparison()
    let renewal = update ? try BaselineUpdate(of: comparison.baseline, in: results.path) : nil
    let before =
      renewal?.isFirst == true ? nil : try baseline(comparison.baseline, isOfSpec: candidate == nil)
    let after = try DiffTable(comparison.candidate, in: results.path)
    let options = DiffOptions(
      tolerances: comparison.tolerances, allowExtra: allowExtra, failOn: comparison.failOn,
      significance: comparison.significance.map { level in
        let (old, new) = (before?.right(), after.right())
        return Significance(
          level: level, baselineRight: { old?.ofRow($0) }, candidateRight: { new?.ofRow($0) })
      },
      baselineName: before?.name ?? comparison.baseline, candidateName: after.name,
      baselineOrigin: before?.origin, candidateOrigin: after.origin)
    let diff =
      if let before {
        TableDiff.compare(baseline: before.table, candidate: after.table, options: options)
      } else {
        TableDiff.withoutBaseline(candidate: after.table, options: options)
      }
    try show(diff)
    guard let renewal else { throw ExitCode(diff.exitStatus) }
    try renewal.write(after, diff)
  }

  private func baseline(_ name: String, isOfSpec: Bool) throws -> DiffTable {
    do {
      return try DiffTable(name, in: results.path)
    } catch var failure as CommandFailure where isOfSpec {
      let path = FilePath(name)
      if path.extension == "csv", try FileSystem.information(path) == nil {
        failure.suggestion = "the same command with --update makes the first one"
      }
      throw failure
    }
  }

  private func show(_ diff: TableDiff) throws {
    if let output {
      try AtomicFile.write(try format.text(of: diff), to: FilePath(output))
    } else {
      let text =
        format == .text
        ? diff.text(colour: Console.outputHasColor) : try format.text(of: diff)
      do throws(Errno) {
        if format == .github { try Console.write(commands: text) } else { try Console.write(text) }
      } catch .brokenPipe {
        // `diff … | head` ends with its own status, and writes what it is to write.
      } catch {
        throw CommandFailure("cannot write to standard output: \(error)", status: .failedRuns)
      }
    }
    for write in writes {
      try AtomicFile.write(try write.format.text(of: diff), to: FilePath(write.path))
    }
    if !isSummaryOff, let summary = StepSummary(Console.environment) {
      summary.add(diff, besides: [output].compactMap { $0 } + writes.map(\.path))
    }
  }

  private struct Comparison {
    var baseline: String
    var candidate: String
    var tolerances: [String: Results.Tolerance]
    var significance: Double?
    var failOn: FailOn
  }

  /// What the command line asks for; with a spec alone, what its `compare:` asks for, the command
  /// line first.
  private func comparison() throws -> Comparison {
    let given = Dictionary(uniqueKeysWithValues: tolerances.map { ($0.metric, $0.tolerance) })
    if let candidate {
      return Comparison(
        baseline: baseline, candidate: candidate, tolerances: given,
        significance: significance?.value, failOn: failOn ?? .any)
    }
    guard baseline.hasSuffix(".yaml") || baseline.hasSuffix(".yml") else {
      throw CommandFailure(
        "there is no table to compare `\(baseline)` with", status: .usage,
        suggestion: "name a second table, or a spec (a .yaml file) that has `compare:`")
    }
    let spec = try ExperimentPlanner.load(spec: baseline, environment: Console.environment)
    let own = spec.comparison
    guard let table = own.baseline else {
      throw CommandFailure(
        "`\(baseline)` has no baseline to compare with", status: .usage,
        suggestion: "add `compare: { baseline: ... }` to it, or name two tables")
    }
    let tolerances = own.tolerances.mapValues {
      Results.Tolerance(atol: $0.atol, rtol: $0.rtol)
    }
    return Comparison(
      baseline: table, candidate: results.path.appending(spec.experiment).string,
      tolerances: tolerances.merging(given) { $1 },
      significance: significance?.value ?? own.significance, failOn: failOn ?? own.failOn)
  }
}
