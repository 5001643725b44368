import Learning
import Runner

extension InfoCommand {
  /// Does the self-test, and says what came of it.
  ///
  /// - Throws: `CommandFailure` with status 1 where a digest is not that of other machines.
  func test(_ environment: EnvironmentInfo) throws {
    let parts = SelfTest.parts.filter { chosen in part.map { chosen.name.contains($0) } ?? true }
    guard !parts.isEmpty else {
      throw CommandFailure(
        "no part of the self-test has `\(part ?? "")` in its name", status: .usage,
        suggestion: "parts are: " + SelfTest.parts.map(\.name).joined(separator: "; "))
    }
    let digests = try SelfTest.run(parts, threads: environment.cores)
    if verbose {
      let width = digests.map(\.name.count).max() ?? 0
      for part in digests {
        let padding = String(repeating: " ", count: width - part.name.count + 2)
        Console.output("\(part.name)\(padding)\(part.digest)\n")
      }
    }
    let count = digests.count == 1 ? "1 part" : "\(digests.count) parts"
    Console.output(
      "\(SelfTest.digest(of: digests))  \(count), \(environment.instructionSet)\n")
    let others = digests.filter { !$0.isExpected }.map(\.name)
    guard others.isEmpty else {
      throw CommandFailure(
        "this machine computes other bits than it should, in \(others.count) of \(count): "
          + others.joined(separator: "; "), status: .failedRuns,
        suggestion: "please report it, with what `nsl-run info` and"
          + " `nsl-run info --self-test --verbose` print: results of this machine are not portable")
    }
    Console.output("as expected: the same on every machine\n")
  }
}
