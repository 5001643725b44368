import ArgumentParser
import Runner

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Describe this program and this machine.",
    discussion: """
      The processor decides the speed, not the numbers. NSL_INSTRUCTION_SET (avx512, avx2 or \
      generic) chooses instructions that are not the best of the processor, to compare.

      --self-test trains and attacks small networks of every kind of layer, and compares all bits \
      with those of other machines. It takes some seconds.

      EXAMPLES:
        nsl-run info
        nsl-run info --json
        nsl-run info --self-test
        NSL_INSTRUCTION_SET=avx2 nsl-run info --self-test --verbose
      """)

  @Flag(help: "As JSON.")
  var json = false

  @Flag(help: "Check that this machine computes the same bits as others.")
  var selfTest = false

  @Flag(name: .shortAndLong, help: "With --self-test, the digest of each part.")
  var verbose = false

  @Option(
    help: ArgumentHelp(
      "With --self-test, only the parts whose names have this word.", valueName: "word"))
  var part: String?

  /// What chooses the instructions.
  private static let variable = "NSL_INSTRUCTION_SET"

  func validate() throws {
    if json, selfTest { throw ValidationError("use one of --json and --self-test") }
    if verbose || part != nil, !selfTest {
      throw ValidationError("\(verbose ? "--verbose" : "--part") needs --self-test")
    }
  }

  func run() throws {
    try ProcessLimits.checkInstructions()
    let current = EnvironmentInfo.current
    if selfTest { return try test(current) }
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
