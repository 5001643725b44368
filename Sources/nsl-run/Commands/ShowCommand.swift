import PlainText
import ArgumentParser
import Files
import Results
import Runner
import SystemPackage
import YAML

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print the results of an experiment, compare experiments, or draw an attacked image.",
    discussion: """
      Without options, the spec's description and the table that ends a run. With --where, --sort, \
      --top, --columns, --summary or another format, the rows of results.csv or summary.csv.

      --where takes a condition over the columns, in the language of a sweep's `where`. An empty \
      cell is null. The format latex needs \\usepackage{booktabs}.

      With several experiments: the settings that differ, what must be known before the numbers are \
      read, and the accuracies side by side. Of two, the differences with their intervals and what \
      the seeds say of them; of more, the best are marked where the seeds tell them apart. The \
      options of tables then choose from a table with a row for each metric; --settings lists all \
      settings.

      With --attack and --example, one example of a run before and after an attack: the logits of \
      every model as text, and a picture with both images and their difference. The attack must \
      have `keep: true` in the spec.

      EXAMPLES:
        nsl-run show quickstart                             an experiment in results/
        nsl-run show results/quickstart/runs/000-1f0c9a3b   one of its runs
        nsl-run show results/baselines/quickstart.csv       any results.csv
        nsl-run show quickstart --sort accuracy --top 5     the five best rows
        nsl-run show quickstart --where 'attack == "pgd" and accuracy < 0.5'
        nsl-run show quickstart --summary                   means over the seeds
        nsl-run show quickstart --format markdown --top 10
        nsl-run show quickstart --columns model,attack,accuracy --format csv
        nsl-run show quickstart --summary --format latex > table.tex
        nsl-run show quickstart --format json | jq '.[].accuracy'
        nsl-run show quickstart tour                        two experiments side by side
        nsl-run show a b c --where 'metric == "accuracy"' --format markdown
        nsl-run show quickstart --attack pgd --example 17   the 18th image under pgd
        nsl-run show 000-1f0c --attack pgd-0.2-self --example 17 --output pgd.png
      """)

  @Argument(
    help: ArgumentHelp(
      "An experiment, its spec, a folder of results, the folder of one run, or a CSV file; several "
        + "are compared.", valueName: "path"),
    completion: .file())
  var paths: [String]

  /// The one that is shown; the first of several.
  private var path: String { paths[0] }

  @Option(help: "text, csv, markdown, latex or json.")
  var format = Format.text

  @Flag(help: "One row over all seeds, as in summary.csv.")
  var summary = false

  @Flag(help: "Of several experiments, list all settings; those that differ first.")
  var settings = false

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "The rows for which it holds, such as 'accuracy < 0.5'.", valueName: "condition"))
  var condition: String?

  @Option(
    help: ArgumentHelp(
      "Sort by a column: the best first for accuracy and loss, else ascending.",
      valueName: "column"))
  var sort: String?

  @Flag(help: "Sort the other way.")
  var reverse = false

  @Option(help: ArgumentHelp("The first rows only.", valueName: "k"))
  var top: Int?

  @Option(help: ArgumentHelp("These columns only, in this order.", valueName: "a,b,..."))
  var columns: String?

  @Option(
    help: ArgumentHelp(
      "Draw an example under the attack of that label; where several have it, with epsilon and "
        + "source, as in pgd-0.2-self.", valueName: "attack"))
  var attack: String?

  @Option(help: ArgumentHelp("Which example to draw, from 0.", valueName: "n"))
  var example: Int?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "Write the picture to this file. (default: <run>-<attack>-<n>.png)", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var results: ResultsOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case csv
    case markdown
    case latex
    case json
  }

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top must be at least 1, not \(top)") }
    if settings, paths.count < 2 {
      throw ValidationError("--settings compares experiments: name two")
    }
    if attack != nil, paths.count > 1 {
      throw ValidationError("--attack draws an example of one experiment, not of \(paths.count)")
    }
    if settings, summary {
      throw ValidationError("--settings lists no results: --summary does not fit")
    }
    if reverse, sort == nil { throw ValidationError("--reverse needs --sort") }
    if (attack == nil) != (example == nil) {
      throw ValidationError("--attack and --example are needed together")
    }
    if let example, example < 0 {
      throw ValidationError("--example must be at least 0, not \(example)")
    }
    if output != nil, attack == nil { throw ValidationError("--output needs --attack") }
    if output?.isEmpty == true { throw ValidationError("--output must name a file") }
    if attack != nil,
      format != .text || summary || condition != nil || sort != nil || top != nil
        || columns != nil
    {
      throw ValidationError("--attack draws an example: options of tables do not fit")
    }
  }

  func run() throws {
    if let attack, let example {
      return try draw(example, under: attack)
    }
    if paths.count > 1 {
      return try compare(ExperimentComparison(ComparedFiles.read(paths, in: results.path)))
    }
    let file = try ResultsFile.find(orSpec: path, in: results.path, status: .usage)
    do {
      let cells = try file.read()
      if let warning = file.unfinished {
        Console.error(
          styled: DiagnosticRenderer(color: Console.errorHasColor).render(warning))
      }
      if TableListing(cells).isSummary {
        try list(cells)
        return
      }
      var table = try ResultTable(cells, file: file.path.string)
      if let run = file.run {
        table = ResultTable(axes: table.axes, rows: table.rows.filter { $0.key.run == run })
      }
      if isWhole {
        let width = Console.outputWidth
        let terminal = TerminalTable(
          table, claims: ClaimText(table, comparisons: file.run == nil ? file.comparisons : .init())
        )
        Console.output(description(of: file, width: width) + terminal.text(width: width))
      } else {
        try list(summary ? SummaryTable(table).csv : table.csv)
      }
    } catch let error as CSVError {
      throw CommandFailure("\(file.path) is not a table: \(error.message)", status: .usage)
    } catch let error as TableError {
      throw CommandFailure("\(file.path) is not a results.csv: \(error.message)", status: .usage)
    }
  }

  /// Whether nothing is chosen from the rows, and people read them.
  var isWhole: Bool {
    format == .text && !summary && condition == nil && sort == nil && top == nil && columns == nil
  }

  /// Prints one example, and writes its picture.
  private func draw(_ example: Int, under attack: String) throws {
    let shown = try ShownExample(path, attack: attack, index: example, in: results.path)
    let file = output ?? shown.fileName
    try AtomicFile.write(shown.png(), to: FilePath(file))
    Console.output(shown.text(width: Console.outputWidth) + "\npicture: \(file)\n")
  }

  /// What the spec says of the experiment, with an empty line below it; empty where it says nothing.
  private func description(of file: ResultsFile, width: Int) -> String {
    let text = file.note?.description ?? ""
    guard !text.isEmpty else { return "" }
    return text.split(whereSeparator: \.isNewline).flatMap { String($0).wrapped(to: width) }
      .map { $0 + "\n" }.joined() + "\n"
  }
}
