import Experiments
import Settings
import Testing
import YAML

@Suite struct `The launcher of a spec` {
  @Test func `is this machine where nothing is said`() throws {
    #expect(try digitsSpec("").launcher == .local)
    #expect(try digitsSpec("launcher: local\n").launcher.slurm == nil)
  }

  @Test func `has the cluster's defaults where only its name is said`() throws {
    #expect(try digitsSpec("launcher: slurm\n").launcher.slurm == Slurm())
  }

  @Test func `has what the spec and the command line say`() throws {
    let text = """
      launcher:
        name: slurm
        partition: cpu
        time: 02:00:00
        cpus_per_task: 4
        mem: 4000
        array_parallelism: 8
        setup: [module load gcc, "export A=1"]
        extra: [--account=robust]

      """
    var wanted = Slurm()
    (wanted.partition, wanted.time, wanted.cpusPerTask) = ("cpu", "02:00:00", 4)
    (wanted.mem, wanted.arrayParallelism) = ("4000", 8)
    wanted.setup = ["module load gcc", "export A=1"]
    wanted.extra = ["--account=robust"]
    #expect(try digitsSpec(text).launcher.slurm == wanted)
    wanted.time = "1-00:30:00"
    wanted.mem = "8G"
    let changed = try digitsSpec(text, overrides: ["launcher.time=1-00:30:00", "mem=8G"])
    #expect(changed.launcher.slurm == wanted)
    let time = try digitsSpec("", overrides: ["launcher.name=slurm", "time=00:10:00"])
    #expect(time.launcher.slurm?.time == "00:10:00")
  }

  @Test func `changes no key and no resolved spec`() throws {
    let local = digitsPlan(try digitsSpec(""))
    let cluster = digitsPlan(
      try digitsSpec("launcher: { name: slurm, time: 30, cpus_per_task: 2 }\n"))
    #expect(Array(local.stages) == Array(cluster.stages))
    #expect(local.runs.map(\.name) == cluster.runs.map(\.name))
    #expect(local.runs.map(\.resolvedSpec) == cluster.runs.map(\.resolvedSpec))
  }

  @Test(arguments: [
    ("launcher: slrum", "unknown launcher `slrum`"),
    ("launcher: { name: local, time: 30 }", "`time` is not a setting of local"),
    ("launcher: { name: slurm, time: 2h }", "`time` must be a time as Slurm writes it"),
    ("launcher: { name: slurm, time: [1] }", "`time` must be"),
    ("launcher: { name: slurm, mem: 4GB }", "`mem` must be a number of megabytes"),
    ("launcher: { name: slurm, mem: 0 }", "`mem` must be"),
    ("launcher: { name: slurm, partition: a b }", "`partition` must be a name without spaces"),
    ("launcher: { name: slurm, cpus_per_task: 0 }", "`cpus_per_task` must be"),
    ("launcher: { name: slurm, extra: [account=a] }", "must list options of `sbatch`"),
    ("launcher: { name: slurm, extra: [\"--a\\n--b\"] }", "must list options of `sbatch`"),
    ("launcher: { name: slurm, extra: [--array=1-3] }", "nsl-run makes the arrays"),
    ("launcher: { name: slurm, extra: [-p gpu] }", "it is the key `partition`"),
    ("launcher: { name: slurm, setup: module load a }", "`setup` must be a list"),
    ("launcher: { name: slurm, partiton: a }", "unknown key `partiton`"),
    ("sweep: { grid: { launcher.name: [local, slurm] } }", "cannot be swept"),
  ])
  func `says what is wrong with it`(text: String, message: String) throws {
    let error = try #require(throws: DiagnosticsError.self) { try digitsSpec(text + "\n") }
    #expect("\(error)".contains(message), "\(error)")
  }
}
