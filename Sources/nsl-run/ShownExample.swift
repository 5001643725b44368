import Files
import PlainText
import Results
import Runner
import SystemPackage
import YAML

/// One example under an attack of a run, as `show --attack` prints and draws it.
struct ShownExample {
  private let run: WrittenRuns.Run
  private let attack: KeptEvaluations.Attack
  private let index: Int
  private let examples: [AttackedExample]

  /// - Parameters:
  ///   - target: The folder of a run, its name, or an experiment of one run.
  ///   - attack: An attack's label, or how files of the run are called: `pgd-0.2-self`.
  ///   - index: From 0.
  /// - Throws: `CommandFailure`, `FileError`.
  init(_ target: String, attack: String, index: Int, in results: FilePath) throws {
    self.index = index
    run = try WrittenRuns.Run.named(target, in: results)
    do {
      let kept = try KeptEvaluations(of: run)
      self.attack = try Self.attack(attack, of: kept)
      examples = try Self.examples(index, under: self.attack, of: kept)
    } catch let error as StoreError {
      throw CommandFailure(
        error.description, status: .failedRuns,
        suggestion: "run the spec again: what is damaged is done again")
    }
  }

  private static func attack(
    _ name: String, of kept: KeptEvaluations
  ) throws -> KeptEvaluations.Attack {
    // A label counts before the longer names.
    let found = [\KeptEvaluations.Attack.label, \.stem, \.ball].lazy
      .map { path in kept.attacks.filter { $0[keyPath: path] == name } }
      .first { !$0.isEmpty }
    guard let found else {
      var labels: [String] = []
      for label in kept.attacks.map(\.label) where !labels.contains(label) { labels.append(label) }
      throw CommandFailure(
        "the run \(kept.run.name) has no attack `\(name)`", status: .usage,
        suggestion: closest(to: name, among: labels).map { "did you mean `\($0)`?" }
          ?? (labels.isEmpty
            ? "its spec names none" : "its attacks are \(labels.joined(separator: ", "))"))
    }
    guard found.count == 1 else {
      throw CommandFailure(
        "`\(name)` is the name of \(found.count) attacks of the run", status: .usage,
        suggestion: "name one of \(found.map(\.stem).joined(separator: ", "))")
    }
    return found[0]
  }

  private static func examples(
    _ index: Int, under attack: KeptEvaluations.Attack, of kept: KeptEvaluations
  ) throws -> [AttackedExample] {
    do {
      return try kept.example(index, under: attack, environment: Console.environment)
    } catch let problem as KeptEvaluations.Problem {
      throw failure(problem, attack.label, index)
    }
  }

  private static func failure(
    _ problem: KeptEvaluations.Problem, _ attack: String, _ index: Int
  ) -> CommandFailure {
    switch problem {
    case .notKept:
      CommandFailure(
        "the images of `\(attack)` were not kept", status: .usage,
        suggestion: "write `keep: true` in that attack of the spec and run it again, or"
          + " `nsl-run SPEC eval.attacks.\(attack).keep=true`")
    case .notStored(let reason):
      CommandFailure(
        "the images of `\(attack)` are not stored: \(reason)", status: .failedRuns,
        suggestion: "run the spec again")
    case .noExample(let count):
      CommandFailure(
        "there is no example \(index): `\(attack)` was evaluated on"
          + " \(Words.count(count, "example"))", status: .usage,
        suggestion: "use --example with a number in 0...\(count - 1)")
    }
  }

  /// Where the picture is written if the command line does not say: `000-1a2b3c4d-fgsm-0.2-self-17.png`.
  var fileName: String { "\(run.name)-\(attack.stem)-\(index).png" }

  /// For a terminal.
  func text(width: Int) -> String {
    let example = examples[0]
    let heading = "\(attack.title); \(origin), true \(example.trueName)\n"
    return ([heading] + examples.map { $0.text(width: width) }).joined(separator: "\n")
  }

  private var origin: String { "run \(run.name), example \(index)" }

  func png() throws -> [UInt8] {
    try ExamplePicture(title: attack.title, subtitle: origin, examples: examples).png()
  }
}
