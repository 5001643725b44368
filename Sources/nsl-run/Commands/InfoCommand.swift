import ArgumentParser
import Runner

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Describe this program and this machine.",
    discussion: """
      The processor decides the speed, not the numbers. NSL_INSTRUCTION_SET (avx512, avx2 or \
      generic) chooses instructions that are not the best of the processor, to compare.

      EXAMPLES:
        nsl-run info
        nsl-run info --json
      """)

  @Flag(help: "As JSON.")
  var json = false

  /// What chooses the instructions.
  private static let variable = "NSL_INSTRUCTION_SET"

  func run() throws {
    try ProcessLimits.checkInstructions()
    let current = EnvironmentInfo.current
    let isChosen = Console.environment[Self.variable] != nil
    if json {
      Console.output(
        try JSONText.of(Document(current, origin: isChosen ? Self.variable : "processor")))
      return
    }
    let facts = [
      ("nsl-run", NSLRun.version),
      ("system", current.operatingSystem),
      ("processor", current.cpu),
      (
        "instruction set",
        current.instructionSet
          + (isChosen ? ", set by \(Self.variable)" : ", the best of this processor")
      ),
      ("results", EnvironmentInfo.promise),
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
    /// What has chosen it.
    var instructionSetFrom: String
    var portable = true

    init(_ info: EnvironmentInfo, origin: String) {
      nslRunVersion = NSLRun.version
      operatingSystem = info.operatingSystem
      cpu = info.cpu
      cores = info.cores
      instructionSet = info.instructionSet
      instructionSetFrom = origin
    }

    enum CodingKeys: String, CodingKey {
      case nslRunVersion = "nsl_run_version"
      case operatingSystem = "operating_system"
      case cpu, cores, portable
      case instructionSet = "instruction_set"
      case instructionSetFrom = "instruction_set_from"
    }
  }
}
