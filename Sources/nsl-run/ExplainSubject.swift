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
    let found = try WrittenRuns.Run.find(
      target, run: run, in: results, suggestion: "name one, such as `--run 0`, or a spec")
    if let found { return ExplainSubject(found) }
    let experiments = WrittenRuns(in: results).experiments
    let isName = WrittenRuns.Run.isName(target)
    if isName, access(target, F_OK) != 0, let near = closest(to: target, among: experiments) {
      throw CommandFailure(
        "there is no spec, run or experiment `\(target)`", status: .usage,
        suggestion: "did you mean `\(near)`?")
    }
    // What is no file either, the loader of specs says with a suggestion.
    return ExplainSubject(spec: target)
  }
}
