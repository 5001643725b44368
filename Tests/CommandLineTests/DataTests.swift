import Testing

@Suite struct `Data sets` {
  @Test func `say where they would come from`() async throws {
    let sandbox = try Sandbox()
    let before = try await sandbox.run("data", "synthetic-digits")
    #expect(before.output == "synthetic-digits: would be drawn by the program\n")
    let all = try await sandbox.run("data")
    #expect(all.status == 0)
    #expect(all.output.contains("\nsynthetic-digits:") && all.output.hasPrefix("mnist: not here"))
  }

  @Test func `of the user's that are incomplete are an error`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("", to: "data/mnist/train-images-idx3-ubyte")
    let variables = ["NSL_DATA_DIR": sandbox.path("data")]
    let status = try await sandbox.run("data", "mnist", environment: variables)
    #expect(status.status == 2)
    #expect(status.output.contains("train-labels-idx1-ubyte"), "\(status)")
    let fetch = try await sandbox.run("data", "fetch", "mnist", environment: variables)
    #expect(fetch.status == 2)
    #expect(fetch.error.contains("train-labels-idx1-ubyte"), "\(fetch)")
  }

  @Test func `that are truncated keep a run from beginning`() async throws {
    let sandbox = try Sandbox()
    for name in ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"] {
      try sandbox.write("too short", to: "data/mnist/\(name)-ubyte")
    }
    try sandbox.write("dataset: { name: mnist }\n", to: "spec.yaml")
    let ending = try await sandbox.run(
      "spec.yaml", environment: ["NSL_DATA_DIR": sandbox.path("data")])
    #expect(ending.status == 2)
    #expect(ending.error.contains("data/mnist/train-images-idx3-ubyte"), "\(ending)")
    #expect(!sandbox.exists("results/spec/results.csv"))
  }
}
