import Experiments
import Runner
import Settings
import TestSupport
import Testing

@Suite struct `A batch script of Slurm` {
  private func slurm(_ change: (inout Slurm) -> Void = { _ in }) -> Slurm {
    var settings = Slurm()
    change(&settings)
    return settings
  }

  private func script(_ settings: Slurm, folder: String = "/shared/results/small/slurm/0a1b")
    -> SlurmScript
  {
    SlurmScript(
      name: "nsl-run-small-0a1b-1", purpose: "made by a test", count: 12, first: 0, after: [],
      settings: settings, executable: "/opt/nsl-run", folder: folder)
  }

  @Test func `says nothing that the cluster's defaults say`() throws {
    try expectSnapshot(script(slurm()).text, named: "slurm-plain.sh")
  }

  @Test func `has what the spec says`() throws {
    var script = script(
      slurm {
        $0.partition = "cpu"
        $0.time = "02:00:00"
        $0.cpusPerTask = 4
        $0.mem = "8G"
        $0.arrayParallelism = 3
        $0.setup = ["module load gcc", "source env.sh"]
        $0.extra = ["--account=robust", "--mail-type=END"]
      })
    (script.first, script.after) = (1000, [17, 18])
    try expectSnapshot(script.text, named: "slurm-full.sh")
  }

  @Test func `quotes paths that a shell, or Slurm, would read otherwise`() throws {
    var script = script(slurm(), folder: "/home/me/it's 100%\"")
    script.executable = "/home/me/my tools/nsl-run"
    try expectSnapshot(script.text, named: "slurm-quoted.sh")
  }

  @Test(arguments: [
    ("30", 1800), ("1:30", 90), ("02:00:00", 7200), ("1-12", 129_600), ("1-0:30", 88_200),
    ("2-00:00:01", 172_801),
  ])
  func `reads times as Slurm does`(text: String, seconds: Int) {
    #expect(Slurm.seconds(of: text) == seconds)
  }

  @Test(arguments: ["", "0", "2h", "-1", "1:2:3:4", "a", "1-", "-", "1--2", "99999999999999999999"])
  func `takes nothing else for a time`(text: String) {
    #expect(Slurm.seconds(of: text) == nil)
  }
}
