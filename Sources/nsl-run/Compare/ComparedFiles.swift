import Experiments
import Files
import PlainText
import Results
import Runner
import SystemPackage
import YAML

/// The experiments that a command line names, for a comparison.
enum ComparedFiles {
  /// - Parameter arguments: Experiments, specs, folders, runs or `results.csv` files; at least two.
  /// - Throws: `CommandFailure` where one is not there, is no `results.csv`, or is named twice.
  static func read(_ arguments: [String], in results: FilePath) throws -> [ComparedExperiment] {
    let files = try arguments.map { try ResultsFile.find(orSpec: $0, in: results, status: .usage) }
    var seen: Set<String> = []
    for (argument, file) in zip(arguments, files) where !seen.insert(file.identity).inserted {
      throw CommandFailure(
        "`\(argument)` is named twice", status: .usage,
        suggestion: "name another experiment to compare it with")
    }
    let names = names(arguments, files)
    return try zip(names, files).map { try experiment($0, $1) }
  }

  /// What the experiments are called: by their own names, where these are not the same.
  private static func names(_ arguments: [String], _ files: [ResultsFile]) -> [String] {
    let own = files.map(\.shortName)
    for names in [own, arguments] where Set(names).count == names.count { return names }
    return files.map(\.identity)
  }

  private static func experiment(_ name: String, _ file: ResultsFile) throws -> ComparedExperiment {
    do {
      let bytes = try file.bytes()
      let cells = try CSVTable(parsing: bytes, file: file.path.string)
      guard !TableListing(cells).isSummary else {
        throw CommandFailure(
          "\(file.path) is a summary: its seeds cannot be compared", status: .usage,
          suggestion: "name the results.csv, or the experiment")
      }
      var table = try ResultTable(cells, file: file.path.string)
      if let run = file.run {
        table = ResultTable(axes: table.axes, rows: table.rows.filter { $0.key.run == run })
      }
      var experiment = ComparedExperiment(name: name, table: table)
      experiment.origin = file.origin(of: bytes)
      if let document = file.document,
        let written = WrittenSettings(document: document, run: file.run)
      {
        experiment.paths = written.paths
        experiment.settings = written.settings
        experiment.attacks = written.attacks
      }
      if let warning = file.unfinished { experiment.remarks.append(warning.message) }
      return experiment
    } catch let error as CSVError {
      throw CommandFailure("\(file.path) is not a table: \(error.message)", status: .usage)
    } catch let error as TableError {
      throw CommandFailure("\(file.path) is not a results.csv: \(error.message)", status: .usage)
    }
  }
}

extension ResultsFile {
  /// As ``find(_:in:status:)``; a spec means its experiment.
  static func find(
    orSpec argument: String, in results: FilePath, status: ExitStatus
  ) throws -> ResultsFile {
    guard argument.hasSuffix(".yaml") || argument.hasSuffix(".yml"),
      try FileSystem.information(FilePath(argument))?.isFolder == false
    else { return try find(argument, in: results, status: status) }
    let spec = try ExperimentPlanner.load(spec: argument, environment: Console.environment)
    let folder = results.appending(spec.experiment)
    guard try FileSystem.information(folder) != nil else {
      throw CommandFailure(
        "nothing of `\(argument)` is stored in `\(results)`", status: status,
        suggestion: "run it first: `nsl-run \(argument)`")
    }
    return try find(folder.string, in: results, status: status)
  }

  /// What texts call it: an experiment by its name, a run by that and its own, other files as they
  /// were named.
  var shortName: String {
    guard path.lastComponent?.string == "results.csv",
      let name = ResultsFolder.absolute(path).removingLastComponent().lastComponent?.string
    else { return path.string }
    return run.map { "\(name)/\($0)" } ?? name
  }

  /// The same text for the same table.
  fileprivate var identity: String {
    let place = ResultsFolder.absolute(path).lexicallyNormalized().string
    return run.map { "\(place), run \($0)" } ?? place
  }
}
