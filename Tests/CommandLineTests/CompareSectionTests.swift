import Testing

/// `significance` and `fail_on` of a spec's `compare:`, for `diff SPEC`.
@Suite struct `A spec that says how it is compared` {
  /// The tiny experiment, with a baseline in which one accuracy was better.
  private func project(_ compare: String) async throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(
      Sandbox.tinySpec + "compare:\n  baseline: baseline.csv\n" + compare, to: "tiny.yaml")
    let results = try await Sandbox.tinyResults.value
    try sandbox.write(results, to: "results/tiny/results.csv")
    let lines = results.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let accuracy = try #require(lines[0].firstIndex(of: "accuracy"))
    var before = lines
    before[1][accuracy] = "\((Double(lines[1][accuracy]) ?? 0) + 0.05)"
    let text = before.map { $0.joined(separator: ",") + "\n" }.joined()
    try sandbox.write(text, to: "baseline.csv")
    return sandbox
  }

  @Test(
    arguments: [
      ("", "", Int32(3)), ("  significance: 0.05\n", "", 0),
      ("  significance: 0.05\n  fail_on: regressed\n", "", 0), ("  fail_on: regressed\n", "", 3),
      ("", " --significance 0.05", 0),
      // The command line comes first: nothing is significant at so small a level, nearly all is at 0.99.
      ("  significance: 0.99\n", " --significance 0.0001", 0),
    ])
  func `is compared so`(compare: String, options: String, status: Int32) async throws {
    let sandbox = try await project(compare)
    let ending = try await sandbox.shell("nsl-run diff tiny.yaml" + options)
    #expect(ending.status == status, "\(ending)")
  }

  @Test(arguments: [("", Int32(0)), (" --fail-on any", 3)])
  func `may let better numbers pass, unless told otherwise`(
    options: String, status: Int32
  ) async throws {
    let sandbox = try await project("  fail_on: regressed\n")
    // Now the results are the better ones.
    let ending = try await sandbox.shell(
      """
      mv baseline.csv better.csv; mv results/tiny/results.csv baseline.csv
      mv better.csv results/tiny/results.csv
      nsl-run diff tiny.yaml\(options)
      """)
    #expect(ending.status == status, "\(ending)")
  }

  @Test func `is wrong where these are no level and no kind`() async throws {
    let sandbox = try await project("  significance: 1\n  fail_on: worse\n")
    let ending = try await sandbox.run("diff", "tiny.yaml")
    #expect(ending.status == 2)
    #expect(ending.error.contains("`significance` must be a number > 0 and < 1"), "\(ending)")
    #expect(ending.error.contains("`any`, `regressed`"), "\(ending)")
  }
}
