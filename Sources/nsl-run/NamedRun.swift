import PlainText
import Runner
import SystemPackage

extension WrittenRuns.Run {
  /// The run that a person means by a folder, an experiment, or a run's name.
  ///
  /// - Parameters:
  ///   - run: Of an experiment, which run.
  ///   - suggestion: How to name one of an experiment's runs.
  /// - Returns: `nil` where no run is meant at all.
  /// - Throws: `CommandFailure` where it is not clear which one.
  static func find(
    _ target: String, run: String?, in results: FilePath, suggestion: String
  ) throws -> WrittenRuns.Run? {
    let path = FilePath(target)
    if let found = WrittenRuns.run(path) ?? WrittenRuns.run(results.pushing(path)) {
      guard run == nil else {
        throw CommandFailure(
          "`\(target)` is one run; --run is for specs and experiments", status: .usage)
      }
      return found
    }
    let folder = target.contains("/") ? path : results.appending(target)
    let experiment = folder.lastComponent?.string ?? target
    let runs = WrittenRuns(in: folder.removingLastComponent()).runs(of: experiment)
    if !runs.isEmpty {
      guard run != nil || runs.count == 1 else {
        throw CommandFailure(
          "`\(target)` has \(Words.count(runs.count, "run"))", status: .usage,
          suggestion: suggestion)
      }
      return try only(runs, run ?? runs[0].name, of: "`\(experiment)`")
    }
    guard isName(target), run == nil else { return nil }
    let written = WrittenRuns(in: results)
    let all = written.experiments.flatMap { written.runs(of: $0) }
    let found = all.filter { isRun($0.name, calledBy: target) }
    return found.isEmpty ? nil : try only(found, target, of: "\(results)")
  }

  /// The same where nothing else can be meant.
  ///
  /// - Throws: `CommandFailure` where there is no such run, or it is not clear which one.
  static func named(_ target: String, in results: FilePath) throws -> WrittenRuns.Run {
    let folder = target.contains("/") ? FilePath(target) : results.appending(target)
    let experiment = folder.lastComponent?.string ?? target
    let names = WrittenRuns(in: folder.removingLastComponent()).runs(of: experiment)
      .map(\.folder.string)
    let found = try find(
      target, run: nil, in: results,
      suggestion: "name one of \(names.prefix(3).joined(separator: ", "))"
        + (names.count > 3 ? ", …" : ""))
    if let found { return found }
    if let state = ExperimentState(folder, experiment: experiment) {
      throw CommandFailure(
        state.ending == .running
          ? "`\(target)` is still running and has no finished run yet"
          : "`\(target)` was interrupted before its first run was finished", status: .usage,
        suggestion: state.ending == .running
          ? "the folders of its runs are written when it ends"
          : "start it again with the same command: what is stored is not repeated")
    }
    let experiments = WrittenRuns(in: results).experiments
    throw CommandFailure(
      "there is no run `\(target)`", status: .usage,
      suggestion: closest(to: target, among: experiments).map { "did you mean `\($0)`?" }
        ?? "name the folder of a run: `\(results.appending("<experiment>/runs/<run>"))`")
  }

  /// Whether a text may be the name of an experiment or of a run.
  static func isName(_ target: String) -> Bool {
    !target.contains("/") && !target.hasSuffix(".yaml") && !target.hasSuffix(".yml")
  }

  private static func only(
    _ runs: [WrittenRuns.Run], _ text: String, of place: String
  ) throws -> WrittenRuns.Run {
    let found = runs.filter { isRun($0.name, calledBy: text) }
    guard let first = found.first, found.count == 1 else {
      throw CommandFailure.noOneRun(
        text, of: place, found.map(\.folder.string), runs.map(\.name))
    }
    return first
  }
}

extension CommandFailure {
  /// No run or several are meant.
  static func noOneRun(
    _ text: String, of place: String, _ found: [String], _ all: [String]
  ) -> CommandFailure {
    func listed(_ names: [String]) -> String {
      names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", …" : "")
    }
    if found.isEmpty {
      return CommandFailure(
        "there is no run `\(text)` in \(place)", status: .usage,
        suggestion: "its runs are \(listed(all))")
    }
    return CommandFailure(
      "`\(text)` fits \(Words.count(found.count, "run"))", status: .usage,
      suggestion: "name one of \(listed(found))")
  }
}
