import PlainText
import Experiments
import Glibc
import Runner
import SystemPackage
import YAML

/// What is to be explained: a spec, or the spec of one run.
struct ExplainSubject {
  /// A spec's path.
  var spec: String
  var words: String
  /// Whether the spec is that of one run.
  var isRun: Bool
  /// Keys of the other stages of the plan that the run belonged to.
  var siblings: Set<StageKey> = []

  private init(spec: String) {
    self.spec = spec
    words = spec
    isRun = false
  }

  private init(_ run: WrittenRuns.Run) {
    spec = run.spec.string
    words = "\(run.name) of \(run.experiment)"
    isRun = true
    siblings = WrittenRuns.siblings(of: run)
  }

  /// - Parameter run: Of an experiment, which run.
  /// - Throws: `CommandFailure` where it is not clear what is meant.
  static func find(_ target: String, run: String?, in results: FilePath) throws -> ExplainSubject {
    let path = FilePath(target)
    if let found = WrittenRuns.run(path) ?? WrittenRuns.run(results.pushing(path)) {
      guard run == nil else {
        throw CommandFailure(
          "`\(target)` is one run; --run is for specs and experiments", status: .usage)
      }
      return ExplainSubject(found)
    }
    let written = WrittenRuns(in: results)
    let isName = !target.contains("/") && !target.hasSuffix(".yaml") && !target.hasSuffix(".yml")
    let folder = target.contains("/") ? path : results.appending(target)
    let experiment = folder.lastComponent?.string ?? target
    let runs = WrittenRuns(in: folder.removingLastComponent()).runs(of: experiment)
    if !runs.isEmpty {
      guard run != nil || runs.count == 1 else {
        throw CommandFailure(
          "`\(target)` has \(Words.count(runs.count, "run"))", status: .usage,
          suggestion: "name one, such as `--run 0`, or a spec")
      }
      return try only(runs, run ?? runs[0].name, of: "`\(experiment)`")
    }
    if isName, run == nil {
      let all = written.experiments.flatMap { written.runs(of: $0) }
      let found = all.filter { Runner.isRun($0.name, calledBy: target) }
      if !found.isEmpty { return try only(found, target, of: "\(results)") }
    }
    if isName, access(target, F_OK) != 0, let near = closest(to: target, among: written.experiments)
    {
      throw CommandFailure(
        "there is no spec, run or experiment `\(target)`", status: .usage,
        suggestion: "did you mean `\(near)`?")
    }
    // What is no file either, the loader of specs says with a suggestion.
    return ExplainSubject(spec: target)
  }

  private static func only(
    _ runs: [WrittenRuns.Run], _ text: String, of place: String
  ) throws -> ExplainSubject {
    let found = runs.filter { Runner.isRun($0.name, calledBy: text) }
    guard let first = found.first, found.count == 1 else {
      throw CommandFailure.noOneRun(
        text, of: place, found.map(\.folder.string), runs.map(\.name))
    }
    return ExplainSubject(first)
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
