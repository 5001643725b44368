import PlainText
import ArgumentParser
import Experiments
import Files
import PlainText
import Results
import Runner
import SystemPackage
import YAML

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two tables of results, number by number.",
    discussion: """
      Rows are matched by their key columns (swept values, seed, model, attack), in any order. \
      Numbers must be equal, or within --tolerance. A missing row, a NaN or a failed run is always \
      a difference.

      With a spec alone, its `compare:` section names the baseline and the tolerances.

      EXAMPLES:
        nsl-run diff my-spec.yaml
        nsl-run diff results/baselines/quickstart.csv quickstart
        nsl-run diff old.csv new.csv --tolerance loss=0.05,0.1
        nsl-run diff old.csv new.csv --format markdown --output comment.md

      metric=atol,rtol allows |candidate - baseline| <= atol + rtol |baseline|.

      EXIT STATUS: 0 no difference beyond tolerance, 1 --output cannot be written, 2 the command \
      line is wrong, 3 a difference, 4 the tables cannot be read or compared, or rows are missing.
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

  @Option(help: "text, or markdown for a comment on GitHub.")
  var format = Format.text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file, not to standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Allow rows that only the candidate has.")
  var allowExtra = false

  @OptionGroup var results: ResultsOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case markdown
  }

  func validate() throws {
    var seen: Set<String> = []
    for tolerance in tolerances where !seen.insert(tolerance.metric).inserted {
      throw ValidationError("--tolerance is given twice for `\(tolerance.metric)`")
    }
  }

  func run() throws {
    let comparison = try comparison()
    let (before, after) = (try read(comparison.baseline), try read(comparison.candidate))
    let diff = TableDiff.compare(
      baseline: before.table, candidate: after.table,
      options: DiffOptions(
        tolerances: comparison.tolerances, allowExtra: allowExtra, baselineName: before.name,
        candidateName: after.name))
    if let output {
      try AtomicFile.write(
        format == .text ? diff.text() : diff.markdown().printableLines, to: FilePath(output))
    } else if format == .text {
      Console.output(own: diff.text(colour: Console.outputHasColor))
    } else {
      Console.output(diff.markdown())
    }
    throw ExitCode(diff.exitStatus)
  }

  private typealias Comparison = (
    baseline: String, candidate: String, tolerances: [String: Results.Tolerance]
  )

  /// What the command line asks for; with a spec alone, what its `compare:` asks for, tolerances
  /// of the command line first.
  private func comparison() throws -> Comparison {
    let given = Dictionary(uniqueKeysWithValues: tolerances.map { ($0.metric, $0.tolerance) })
    if let candidate { return (baseline, candidate, given) }
    guard baseline.hasSuffix(".yaml") || baseline.hasSuffix(".yml") else {
      throw CommandFailure(
        "there is no table to compare `\(baseline)` with", status: .usage,
        suggestion: "name a second table, or a spec (a .yaml file) that has `compare:`")
    }
    let spec = try ExperimentPlanner.load(spec: baseline, environment: Console.environment)
    guard let table = spec.comparison.baseline else {
      throw CommandFailure(
        "`\(baseline)` has no baseline to compare with", status: .usage,
        suggestion: "add `compare: { baseline: ... }` to it, or name two tables")
    }
    let own = spec.comparison.tolerances.mapValues {
      Results.Tolerance(atol: $0.atol, rtol: $0.rtol)
    }
    return (
      table, results.path.appending(spec.experiment).string, own.merging(given) { $1 }
    )
  }

  /// A table, or an end with status 4: where there is no table, there is nothing to compare.
  private func read(_ argument: String) throws -> (table: CSVTable, name: String) {
    do {
      let file = try ResultsFile.find(argument, in: results.path, status: .incomparable)
      guard file.run == nil else {
        throw CommandFailure(
          "`\(argument)` is one run; only whole experiments can be compared", status: .incomparable,
          suggestion: "did you mean `\(file.path)`?")
      }
      return (try file.read(), file.path.string)
    } catch let error as FileError {
      throw CommandFailure(error.message, status: .incomparable)
    } catch let error as CSVError {
      throw CommandFailure(
        "\(error.file):\(error.line):\(error.column): \(error.message)", status: .incomparable)
    }
  }
}

/// `accuracy=0.01` or `loss=0.05,0.1`.
struct ToleranceArgument {
  var metric: String
  var tolerance: Results.Tolerance

  init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw ValidationError("write metric=atol or metric=atol,rtol")
    }
    metric = String(parts[0])
    let names = Results.Tolerance.metricNames
    guard names.contains(metric) else {
      let hint = closest(to: metric, among: names).map { "did you mean `\($0)`?" }
      throw ValidationError(
        "there is no metric `\(metric)`; "
          + (hint ?? "metrics are \(names.joined(separator: ", "))"))
    }
    let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }
    guard (1...2).contains(numbers.count), let atol = numbers[0], let rtol = numbers.last ?? nil
    else {
      throw ValidationError("write one or two numbers >= 0: atol or atol,rtol")
    }
    tolerance = Results.Tolerance(atol: atol, rtol: numbers.count == 2 ? rtol : 0)
  }
}
