import ArgumentParser
import Runner

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Describe this program and this machine.",
    discussion: """
      The processor, its instruction set and oneDNN's version decide the last digits of results, \
      and the speed.

      EXAMPLES:
        nsl-run info
        nsl-run info --json
      """)

  @Flag(help: "As JSON.")
  var json = false

  func run() throws {
    try ProcessLimits.checkEngine()
    let current = EnvironmentInfo.current
    if json {
      Console.output(try JSONText.of(Document(current)))
      return
    }
    let facts = [
      ("nsl-run", NSLRun.version),
      ("system", current.operatingSystem),
      ("processor", current.cpu),
      ("instruction set", current.instructionSet),
      ("oneDNN", current.oneDNNVersion),
      (
        "threads",
        "\(current.cores), shared by the trainings and evaluations that run in parallel"
      ),
    ]
    let width = facts.map(\.0.count).max() ?? 0
    for (name, value) in facts {
      Console.output(name + String(repeating: " ", count: width - name.count + 2) + value + "\n")
    }
  }

  private struct Document: Encodable {
    var nslRunVersion: String
    var operatingSystem: String
    var cpu: String
    var cores: Int
    var instructionSet: String
    var oneDNNVersion: String

    init(_ info: EnvironmentInfo) {
      nslRunVersion = NSLRun.version
      operatingSystem = info.operatingSystem
      cpu = info.cpu
      cores = info.cores
      instructionSet = info.instructionSet
      oneDNNVersion = info.oneDNNVersion
    }

    enum CodingKeys: String, CodingKey {
      case nslRunVersion = "nsl_run_version"
      case operatingSystem = "operating_system"
      case cpu, cores
      case instructionSet = "instruction_set"
      case oneDNNVersion = "onednn_version"
    }
  }
}
