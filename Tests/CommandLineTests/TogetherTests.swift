import FoundationEssentials
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

  @Test(arguments: [2, 5])
  func `of one name share its stages, and none waits for the other's end`(count: Int) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let endings = try await withThrowingTaskGroup(of: Sandbox.Ending.self) { group in
      for _ in 0..<count {
        group.addTask { try await sandbox.run("tiny.yaml", "--jobs", "1") }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    var run = 0
    for ending in endings {
      #expect(ending.status == 0, "\(ending)")
      let words = try #require(
        ending.error.firstMatch(of: /12 stages, ([0-9]+) run and ([0-9]+) stored already/),
        "\(ending)")
      run += try #require(Int(words.1))
    }
    #expect(run == 12, "\(endings)")
    #expect(try sandbox.read("results/tiny/results.csv") == (try await Sandbox.tinyResults.value))
    #expect(try await sandbox.run("list").output.contains("finished"))
  }

  @Test func `of one name that is finished write what is missing`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let first = try await sandbox.run("tiny.yaml", "--quiet")
    try #require(first.status == 0, "\(first)")
    let names = sandbox.files(below: "results/tiny").filter { !$0.hasPrefix(".") }
    let spec = try #require(names.first { $0.hasSuffix("/spec.yaml") })
    let removed = ["results.csv", spec]
    let before = try removed.map { try sandbox.read("results/tiny/" + $0) }
    for name in removed {
      try FileManager.default.removeItem(atPath: sandbox.path("results/tiny/" + name))
    }
    let endings = try await withThrowingTaskGroup(of: Sandbox.Ending.self) { group in
      for _ in 0..<3 { group.addTask { try await sandbox.run("tiny.yaml", "--quiet") } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for ending in endings {
      #expect(ending.status == 0 && ending.output == first.output, "\(ending)")
    }
    #expect(try removed.map { try sandbox.read("results/tiny/" + $0) } == before)
    #expect(sandbox.files(below: "results/tiny").filter { !$0.hasPrefix(".") } == names)
  }
}
