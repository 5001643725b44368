import ArgumentParser
import Experiments

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of specs, for editors.",
    discussion: """
      An editor with yaml-language-server completes and checks a spec that begins with

        # yaml-language-server: $schema=nsl-run.schema.json

      The schema accepts every valid spec; `nsl-run validate` finds more mistakes.

      EXAMPLES:
        nsl-run schema > nsl-run.schema.json
      """)

  func run() {
    Console.output(SpecSchema.text)
  }
}
