import FoundationEssentials
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

@Suite struct `Own files` {
  /// An IDX file, compressed by the system's program: as a user would.
  private func write(
    _ sandbox: Sandbox, _ dimensions: [Int], _ bytes: [UInt8], _ name: String
  ) async throws {
    var content: [UInt8] = [0, 0, 8, UInt8(dimensions.count)]
    for dimension in dimensions {
      content += [0, 0, UInt8(dimension >> 8), UInt8(dimension & 255)]
    }
    try sandbox.write("", to: "own/\(name)")
    try Data(content + bytes).write(to: URL(filePath: sandbox.path("own/\(name)")))
    let ending = try await sandbox.shell("gzip own/\(name)")
    try #require(ending.status == 0, "\(ending)")
  }

  @Test func `are trained on wherever they lie, and once`() async throws {
    let sandbox = try Sandbox()
    // Colours tell the classes apart: [H, W, C], 4 x 4 x 3.
    func images(_ count: Int) -> [UInt8] {
      var bytes: [UInt8] = []
      for n in 0..<count {
        for i in 0..<48 { bytes.append(i % 3 == n % 3 ? UInt8(200 + i) : UInt8(i)) }
      }
      return bytes
    }
    for (split, count) in [("train", 60), ("test", 30)] {
      try await write(sandbox, [count, 4, 4, 3], images(count), "\(split)-images")
      try await write(sandbox, [count], (0..<count).map { UInt8($0 % 3) }, "\(split)-labels")
    }
    try sandbox.write(
      """
      experiment: own
      dataset: { name: idx, path: ../own }
      architecture: { input_shape: [4, 4, 3], num_classes: 3, conv_filters: [4], num_fc_units: [] }
      hparams: { epochs: 8, batch_size: 6, learning_rate: 0.01 }
      eval: { attacks: [{ name: pgd, epsilon: 0.1, steps: 3, targeted: next }] }

      """, to: "specs/own.yaml")
    let first = try await sandbox.run("specs/own.yaml", "--quiet")
    #expect(first.status == 0, "\(first)")
    let table = try sandbox.read("results/own/results.csv")
    #expect(table.contains(",idx,base,clean,,,0,30,30,1,"), "\(table)")
    #expect(table.contains(",idx,base,pgd-to-next,self,infinity,0.1,30,"), "\(table)")

    // The resolved spec of the run leads to the same stages, from another folder.
    let run = try #require(sandbox.files(below: "results/own/runs").first)
    let again = try await sandbox.shell(
      "cd own && nsl-run ../results/own/runs/\(run)/spec.yaml --results-dir ../results")
    #expect(again.status == 0 && again.error.contains("0 run and 3 stored"), "\(again)")

    try sandbox.write(
      try sandbox.read("specs/own.yaml").replacing("num_classes: 3", with: "num_classes: 2"),
      to: "specs/own.yaml")
    let wrong = try await sandbox.run("specs/own.yaml")
    #expect(wrong.status == 2, "\(wrong)")
    #expect(wrong.error.contains("a label in 0...1 expected"), "\(wrong)")
  }
}
