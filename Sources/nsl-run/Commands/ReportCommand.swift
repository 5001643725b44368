import ArgumentParser
import Experiments
import Files
import PlainText
import Results
import Runner
import SystemPackage
import YAML

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the page of an experiment, report.html, or of several side by side.",
    discussion: """
      The page has the answer, tables, curves, images, verdicts, and where the numbers come from. It \
      is one file that loads nothing, for screens, phones and paper. `nsl-run SPEC` writes it at the \
      end of a run; this command writes it from what is stored, also while a run goes on or after it \
      was interrupted. Nothing is trained or evaluated.

      With a spec, the page is of what is stored of it; with an experiment's name or folder, of its \
      last run that ended. With several of these, the page has them side by side: the settings that \
      differ, the accuracies, the differences with their intervals, and the curves.

      EXAMPLES:
        nsl-run report experiments/quickstart.yaml
        nsl-run report my-spec.yaml seeds=5
        nsl-run report quickstart                  by its name, without its spec
        nsl-run report quickstart tour             results/compare-quickstart-tour.html
        nsl-run report a b c --output page.html

      EXIT STATUS: 0 done, 1 the page cannot be written, 2 the spec is wrong, or nothing of it is \
      stored.
      """)

  @Argument(
    help: ArgumentHelp(
      "A spec, an experiment or its folder; several are compared. After one spec, changes of it, as "
        + "in epochs=3.", valueName: "spec"),
    completion: .file(extensions: ["yaml", "yml"]))
  var subjects: [String]

  @OptionGroup var sweep: SweepOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Of several experiments, write the page to this file. (default: compare-<names>.html in the "
        + "folder of results)", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var results: ResultsOptions

  func validate() throws {
    if output?.isEmpty == true { throw ValidationError("--output must name a file") }
    if output != nil, targets.count < 2 {
      throw ValidationError("--output is for several experiments: the page of one is in its folder")
    }
    if targets.count > 1, !changes.isEmpty {
      throw ValidationError(
        "changes of a spec, such as \(changes[0]), do not fit to several experiments")
    }
  }

  /// What is no file and has an equals sign changes the spec before it.
  private var changes: [String] {
    subjects.dropFirst().filter { subject in
      subject.contains("=") && (try? FileSystem.information(FilePath(subject))) == .some(nil)
    } + sweep.axes
  }

  private var targets: [String] { subjects.filter { !changes.contains($0) } }

  func run() async throws {
    if let note = results.note { Console.error(note) }
    if targets.count > 1 { return try compare() }
    let subject = targets[0]
    let isSpec =
      subject.hasSuffix(".yaml") || subject.hasSuffix(".yml")
      || (try? FileSystem.information(FilePath(subject)))??.isFolder == false || subject == "-"
    let page = isSpec || !changes.isEmpty ? try await page(ofSpec: subject) : try page(of: subject)
    if page.stagesStored < page.stagesTotal {
      Console.error(
        "\(page.stagesStored) of \(page.stagesTotal) stages are stored: the page shows these\n")
    }
    Console.output("\(page.path)\n")
  }

  private func page(ofSpec spec: String) async throws -> ReportWriter.Page {
    let assignments = changes.dropLast(sweep.axes.count).map { SpecOverride(.set, $0) }
    let page = try await ReportWriter.write(
      RunOptions(
        spec: spec, overrides: assignments + sweep.overrides, resultsFolder: results.path,
        programVersion: NSLRun.version, environment: Console.environment,
        onSpec: { Console.warn(of: $0) }))
    guard let page else {
      throw CommandFailure(
        "nothing of `\(spec)` is stored in `\(results.path)`", status: .usage,
        suggestion: "run it first: `nsl-run \(spec)`")
    }
    return page
  }

  /// The page of an experiment that is named without its spec.
  private func page(of subject: String) throws -> ReportWriter.Page {
    let file = try ResultsFile.find(subject, in: results.path, status: .usage)
    guard file.run == nil else {
      throw CommandFailure(
        "`\(subject)` is one run; a page is of a whole experiment", status: .usage,
        suggestion: "did you mean `\(file.path.removingLastComponent())`?")
    }
    guard let document = file.document else {
      throw CommandFailure(
        "there is no `results.json` beside `\(file.path)`", status: .usage,
        suggestion: "name the spec: `nsl-run report SPEC`")
    }
    if let warning = file.unfinished {
      Console.error(
        styled: DiagnosticRenderer(color: Console.errorHasColor).render(warning))
    }
    do {
      return try ReportWriter.write(
        folder: document.removingLastComponent(), environment: Console.environment)
    } catch let error as DecodingError {
      throw CommandFailure(
        "`\(document)` is none that this program can read", status: .usage,
        suggestion: "name the spec: `nsl-run report SPEC` (\(error.reason))")
    }
  }

  private func compare() throws {
    let comparison = ExperimentComparison(try ComparedFiles.read(targets, in: results.path))
    for note in comparison.notes { Console.error("note: \(note)\n") }
    let file =
      output.map { FilePath($0) } ?? results.path.appending(Self.fileName(comparison.names))
    try ReportWriter.write(comparison, to: file)
    Console.output("\(file)\n")
  }

  /// `compare-a-b.html`; of names that make no file's name, what is left of them.
  static func fileName(_ names: [String]) -> String {
    let words = names.map { name in
      String(name.map { $0.isLetter || $0.isNumber || "._-".contains($0) ? $0 : "-" })
    }
    var stem = "compare-" + words.joined(separator: "-").printable
    // A file's name has at most 255 bytes.
    while stem.utf8.count > 200 { stem.removeLast() }
    return stem + ".html"
  }
}

extension DecodingError {
  /// In a few words.
  fileprivate var reason: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      context.debugDescription
    @unknown default: "it cannot be decoded"
    }
  }
}
