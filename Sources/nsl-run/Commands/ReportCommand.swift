import ArgumentParser
import Runner
import SystemPackage

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the page of an experiment: report.html.",
    discussion: """
      The page has the answer, tables, curves, images, verdicts, and where the numbers come from. It \
      is one file that loads nothing, for screens, phones and paper. `nsl-run SPEC` writes it at the \
      end of a run; this command writes it from what is stored, also while a run goes on or after it \
      was interrupted. Nothing is trained or evaluated.

      EXAMPLES:
        nsl-run report experiments/quickstart.yaml
        nsl-run report my-spec.yaml seeds=5

      EXIT STATUS: 0 done, 1 the page cannot be written, 2 the spec is wrong, or nothing of it is \
      stored.
      """)

  @OptionGroup var spec: SpecArgument
  @OptionGroup var results: ResultsOptions

  func run() async throws {
    if let note = results.note { Console.error(note) }
    let page = try await ReportWriter.write(
      RunOptions(
        spec: spec.spec, overrides: spec.overrides, resultsFolder: results.path,
        programVersion: NSLRun.version, environment: Console.environment,
        onSpec: { Console.warn(of: $0) }))
    guard let page else {
      throw CommandFailure(
        "nothing of `\(spec.spec)` is stored in `\(results.path)`", status: .usage,
        suggestion: "run it first: `nsl-run \(spec.spec)`")
    }
    if page.stagesStored < page.stagesTotal {
      Console.error(
        "\(page.stagesStored) of \(page.stagesTotal) stages are stored: the page shows these\n")
    }
    Console.output("\(page.path)\n")
  }
}
