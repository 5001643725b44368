internal import Subprocess
internal import SystemPackage

/// Slurm's commands, run as processes.
package struct SlurmCommands: Sendable {
  package init() {}

  /// A command that did not do what it should.
  package struct Problem: Error, Hashable, Sendable {
    /// In one line, without a full stop.
    package var message: String
    package var suggestion: String?
  }

  /// Hands in a script.
  ///
  /// - Returns: The number of the array.
  func submit(_ script: FilePath) async throws(Problem) -> Int {
    let text = try await run("sbatch", ["--parsable", script.string])
    // With several clusters `NUMBER;CLUSTER`.
    let line = text.split(separator: "\n").last ?? ""
    guard let job = Int(line.prefix { $0 != ";" }.filter { !$0.isWhitespace }) else {
      throw Problem(message: "`sbatch` does not say a job's number, but `\(line)`")
    }
    return job
  }

  /// What the controller knows of jobs with these names.
  ///
  /// - Throws: `Problem` where the controller does not answer; nothing follows from that.
  func queue(names: [String]) async throws(Problem) -> SlurmQueue {
    guard !names.isEmpty else { return SlurmQueue() }
    return SlurmQueue(
      parsing: try await run(
        "squeue",
        [
          "--noheader", "--array", "--states=all", "--name=" + names.joined(separator: ","),
          "--Format=" + SlurmQueue.format,
        ]))
  }

  /// Cancels all jobs with these names.
  func cancel(names: [String]) async throws(Problem) {
    for name in names { _ = try await run("scancel", ["--quiet", "--name=\(name)"]) }
  }

  /// The most elements of an array.
  func largestArray() async throws(Problem) -> Int {
    Self.largestArray(try await run("scontrol", ["show", "config"]))
  }

  /// - Parameter config: What `scontrol show config` prints.
  /// - Returns: `MaxArraySize`, the first index that is too large; 1001, Slurm's default, where it is
  ///   not there.
  package static func largestArray(_ config: String) -> Int {
    let line = config.split(separator: "\n").first { $0.hasPrefix("MaxArraySize") }
    let number = line?.split(separator: "=").last.flatMap { Int($0.filter { !$0.isWhitespace }) }
    return max(1, number ?? 1001)
  }

  private func run(_ name: String, _ arguments: [String]) async throws(Problem) -> String {
    let (isDone, output, errors): (Bool, String, String)
    do {
      let result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments), input: .none,
        output: .string(limit: 1 << 28), error: .string(limit: 1 << 16))
      isDone = result.terminationStatus.isSuccess
      (output, errors) = (result.standardOutput, result.standardError)
    } catch {
      throw Problem(
        message: "`\(name)` cannot be run: \(error)",
        suggestion: "the launcher `slurm` needs Slurm's commands; `--launcher local` runs here")
    }
    guard isDone else {
      let lines = errors.split(separator: "\n").filter { $0.contains { !$0.isWhitespace } }
      throw Problem(message: "`\(name)` failed: \(lines.last ?? "it does not say why")")
    }
    return output
  }
}
