package import Settings

/// The batch script of one job array, as text.
///
/// - Source: sbatch(1) of Slurm 22.05.
package struct SlurmScript: Hashable, Sendable {
  /// What its jobs are called, which nobody else's are.
  package var name: String
  /// What it does, for people.
  package var purpose: String
  /// Elements of the array; the first one is number `first` of the submission.
  package var count: Int
  package var first: Int
  /// Jobs that must have ended, however, before one of these begins.
  package var after: [Int]
  package var settings: Slurm
  /// The program, by a path that all nodes have.
  package var executable: String
  /// The submission's folder, likewise.
  package var folder: String

  package init(
    name: String, purpose: String, count: Int, first: Int, after: [Int], settings: Slurm,
    executable: String, folder: String
  ) {
    self.name = name
    self.purpose = purpose
    self.count = count
    self.first = first
    self.after = after
    self.settings = settings
    self.executable = executable
    self.folder = folder
  }

  /// Seconds before the time limit at which the program is asked to end; with less time Slurm's own
  /// `KillWait` is all there is, as it may come a minute early.
  private static let notice = 60
  private static let shortestWithNotice = 600

  package var text: String {
    var options = [
      "--job-name=\(name)",
      "--array=0-\(count - 1)" + (settings.arrayParallelism.map { "%\($0)" } ?? ""),
      "--output=\(Self.quoted(folder.replacing("%", with: "%%") + "/logs/\(first)+%a.log"))",
      "--open-mode=append", "--requeue", "--ntasks=1", "--cpus-per-task=\(settings.cpusPerTask)",
    ]
    if let partition = settings.partition { options.append("--partition=\(partition)") }
    if let time = settings.time {
      options.append("--time=\(time)")
      if Slurm.seconds(of: time).map({ $0 >= Self.shortestWithNotice }) == true {
        options.append("--signal=B:TERM@\(Self.notice)")
      }
    }
    if let memory = settings.mem { options.append("--mem=\(memory)") }
    if !after.isEmpty {
      options.append("--dependency=afterany:" + after.map(String.init).joined(separator: ":"))
    }
    options += settings.extra
    let number = first == 0 ? "$SLURM_ARRAY_TASK_ID" : "$((SLURM_ARRAY_TASK_ID + \(first)))"
    return "#!/bin/bash\n" + options.map { "#SBATCH \($0)\n" }.joined()
      + "\n# \(purpose)\n" + settings.setup.map { $0 + "\n" }.joined()
      + "exec \(Self.word(executable)) element \(Self.word(folder)) \"\(number)\"\n"
  }

  /// As `#SBATCH` reads it: in double quotes.
  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// As a shell reads it: in single quotes.
  private static func word(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
