import ArgumentParser
import PlainText
import Runner

struct CleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Remove from the store what no experiment needs.",
    discussion: """
      An experiment needs the stages of its last run, also of one that was interrupted. What it \
      needed before the spec was changed, and what was needed by experiments whose folders are \
      gone, can be removed. Without --delete nothing is: the command says what would be.

      EXAMPLES:
        nsl-run gc
        nsl-run gc --delete
        rm -r results/old-try && nsl-run gc --delete

      EXIT STATUS: 0 done, 1 something cannot be removed, 2 there is no store, or a run uses it.
      """)

  @OptionGroup var results: ResultsOptions

  @Flag(help: "Remove it.")
  var delete = false

  func run() throws {
    let store = try results.existingStore()
    let contents: StoreContents
    do {
      contents =
        delete
        ? try StoreCleaner.clean(store, results: results.path)
        : try StoreContents(store, results: results.path)
    } catch let problem as StoreCleaner.Problem {
      throw Self.failure(problem)
    }
    if let note = results.note { Console.error(note) }
    guard contents.silentExperiments.isEmpty else {
      throw Self.failure(.silent(contents.silentExperiments))
    }
    Console.output(text(contents))
  }

  private func text(_ contents: StoreContents) -> String {
    let (entries, extras) = (contents.unneededEntries, contents.unneededExtras)
    let all = Words.count(contents.entries.count, "stage")
    guard !entries.isEmpty || !extras.isEmpty else {
      return "nothing to remove: experiments need all of \(all)\n"
    }
    func count(_ kind: StoreContents.Entry.Kind, _ noun: String) -> String? {
      let count = entries.count { $0.kind == kind }
      return count > 0 ? Words.count(count, noun) : nil
    }
    let unfinished = extras.count { $0.kind == .unfinished }
    let parts = [
      count(.training, "training"), count(.evaluation, "evaluation"),
      count(.unknown, "unknown entry"),
      unfinished > 0 ? Words.count(unfinished, "unfinished stage") : nil,
      extras.count > unfinished ? Words.count(extras.count - unfinished, "log") : nil,
    ].compactMap { $0 }
    let size = entries.reduce(0) { $0 + $1.size } + extras.reduce(0) { $0 + $1.size }
    let what = "\(parts.joined(separator: ", ")), \(Words.size(size))"
    return delete
      ? "removed \(what)\n"
      : "no experiment needs \(what)\nnothing was removed; --delete removes them\n"
  }

  private static func failure(_ problem: StoreCleaner.Problem) -> CommandFailure {
    switch problem {
    case .inUse:
      CommandFailure(
        "a run uses the store now", status: .usage,
        suggestion: "`nsl-run list` says which; try again when it has ended")
    case .silent(let names):
      CommandFailure(
        "\(names.map { "`\($0)`" }.joined(separator: ", ")) does not say which stages it needs",
        status: .usage, suggestion: "run its spec once more, or remove its folder")
    }
  }
}
