import Testing

@Suite struct `Experiments that are started together` {
  @Test func `do each shared stage once, and have the same numbers`() async throws {
    let sandbox = try Sandbox()
    for name in ["one", "two"] {
      try sandbox.write(
        Sandbox.tinySpec.replacing("experiment: tiny", with: "experiment: \(name)"),
        to: "\(name).yaml")
    }
    async let first = sandbox.run("one.yaml", "--jobs", "1")
    async let second = sandbox.run("two.yaml", "--jobs", "2")
    let endings = try await [first, second]
    let run = try endings.map { ending in
      #expect(ending.status == 0, "\(ending)")
      let words = try #require(
        ending.error.firstMatch(of: /12 stages, ([0-9]+) run and/), "\(ending)")
      return try #require(Int(words.1))
    }
    #expect(run.reduce(0, +) == 12, "\(endings)")
    let expected = try await Sandbox.tinyResults.value
    for name in ["one", "two"] {
      #expect(try sandbox.read("results/\(name)/results.csv") == expected)
    }
  }
}
