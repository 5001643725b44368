import ArgumentParser
import Results
import Runner
import SystemPackage

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print the table of a run that has ended.",
    discussion: """
      EXAMPLES:
        nsl-run show quickstart                                 an experiment in results/
        nsl-run show results/quickstart/runs/000-1f0c9a3b       one of its runs
        nsl-run show results/baselines/quickstart.csv           any results.csv
      """)

  @Argument(
    help: "An experiment, a folder of results, the folder of one run, or a results.csv.",
    completion: .file())
  var path: String

  @OptionGroup var results: ResultsOptions

  func run() throws {
    let file = try ResultsFile.find(path, in: results.path, status: .usage)
    var table: ResultTable
    do {
      table = try ResultTable(file.read(), file: file.path.string)
    } catch let error as CSVError {
      throw CommandFailure("\(file.path) is no table: \(error.message)", status: .usage)
    } catch let error as TableError {
      throw CommandFailure(
        "\(file.path) is no results.csv: \(error.message)", status: .usage)
    }
    if let run = file.run {
      table = ResultTable(axes: table.axes, rows: table.rows.filter { $0.key.run == run })
    }
    Console.output(TerminalTable(table).text(width: Console.outputWidth))
  }
}
