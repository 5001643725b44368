import FoundationEssentials
import Testing

@Suite struct `A model that is exported` {
  private static let spec = Sandbox.tinySpec.replacing("seeds: 2", with: "seeds: [0]")

  private func finished(_ changes: String...) async throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Self.spec, to: "tiny.yaml")
    let ending = try await sandbox.shell("nsl-run tiny.yaml \(changes.joined(separator: " "))")
    #expect(ending.status == 0 || !changes.isEmpty, "\(ending)")
    return sandbox
  }

  private func run(_ sandbox: Sandbox) throws -> String {
    let runs = try FileManager.default.contentsOfDirectory(
      atPath: sandbox.path("results/tiny/runs"))
    return try #require(runs.first)
  }

  private func bytes(_ sandbox: Sandbox, _ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: sandbox.path(name)))
  }

  @Test func `is a file for each model of the run, always the same`() async throws {
    let sandbox = try await finished()
    let run = try run(sandbox)
    let names = ["\(run)-base.onnx", "\(run)-adv-regularized.onnx"]
    let ending = try await sandbox.run("export", "tiny", "--onnx")
    #expect(ending.status == 0 && ending.error.isEmpty, "\(ending)")
    #expect(ending.output == names.map { $0 + "\n" }.joined(), "\(ending)")
    let first = try names.map { try bytes(sandbox, $0) }
    #expect(first[0] != first[1])
    let text = String(decoding: first[0], as: UTF8.self)
    for word in ["nsl-run", "images", "logits", "conv2d/kernel", "class_names", "spec_sha256", run]
    {
      #expect(text.contains(word), "the file does not say \(word)")
    }

    // By the run's folder and its name, into a file that is there already.
    try sandbox.write("old", to: "one.onnx")
    for name in ["results/tiny/runs/\(run)", run, String(run.prefix(6))] {
      let other = try await sandbox.run(
        "export", name, "--onnx", "--model", "base", "--output", "one.onnx")
      #expect(other.status == 0 && other.output == "one.onnx\n", "\(other)")
      #expect(try bytes(sandbox, "one.onnx") == first[0])
    }
    #expect(!sandbox.files(below: "").contains { !$0.hasPrefix("results") && $0.contains(".tmp") })
  }

  @Test func `is refused in words where there is none`() async throws {
    let sandbox = try await finished()
    let cases: [(arguments: String, message: String, suggestion: String)] = [
      ("tiny", "export needs a format: --onnx", "export"),
      ("tinny --onnx", "there is no run `tinny`", "did you mean `tiny`?"),
      ("tiny --onnx --model bass", "has no model `bass`", "did you mean `base`?"),
      ("tiny --onnx --model other", "has no model `other`", "its models are base, adv-regularized"),
      (
        "tiny --onnx --output x.onnx", "--output names one file, and the run has 2 models",
        "name one with --model: base, adv-regularized"
      ),
      ("tiny --onnx --output ''", "--output must name a file", "export"),
    ]
    for (arguments, message, suggestion) in cases {
      let ending = try await sandbox.shell("nsl-run export \(arguments)")
      #expect(ending.status == 2 && ending.output.isEmpty, "\(arguments): \(ending)")
      #expect(ending.error.contains(message), "\(arguments): \(ending)")
      #expect(ending.error.contains(suggestion), "\(arguments): \(ending)")
    }
    #expect(!sandbox.files(below: "").contains { $0.hasSuffix(".onnx") })
  }

  @Test func `of several runs is asked for by the run`() async throws {
    let sandbox = try await finished("'seeds=[0, 1]'")
    let ending = try await sandbox.run("export", "tiny", "--onnx")
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.error.contains("`tiny` has 2 runs"), "\(ending)")
    #expect(ending.error.contains("name one of results/tiny/runs/000-"), "\(ending)")
  }

  @Test func `is none where its training failed`() async throws {
    let sandbox = try await finished("learning_rate=1e30")
    let ending = try await sandbox.run("export", "tiny", "--onnx")
    #expect(ending.status == 1 && ending.output.isEmpty, "\(ending)")
    #expect(ending.error.contains("the model `base` of the run 000-"), "\(ending)")
    #expect(ending.error.contains("has no weights: diverged: "), "\(ending)")
    #expect(ending.error.contains("/models/base/train.log"), "\(ending)")
  }

  @Test func `is none before the experiment is finished`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("", to: "results/tiny/.lock")
    let ending = try await sandbox.run("export", "tiny", "--onnx")
    #expect(ending.status == 2, "\(ending)")
    #expect(
      ending.error.contains("`tiny` was interrupted before its first run was finished"),
      "\(ending)")
    #expect(ending.error.contains("start it again with the same command"), "\(ending)")
  }

  @Test func `is not made of a damaged file`() async throws {
    let sandbox = try await finished()
    let damage = try await sandbox.shell(
      "truncate -s -4 results/tiny/runs/*/models/adv-regularized/model.safetensors")
    try #require(damage.status == 0, "\(damage)")
    let ending = try await sandbox.run("export", "tiny", "--onnx")
    #expect(ending.status == 1 && ending.output.isEmpty, "\(ending)")
    #expect(ending.error.contains("models/adv-regularized/model.safetensors: "), "\(ending)")
    // Not the other one either.
    #expect(!sandbox.files(below: "").contains { $0.hasSuffix(".onnx") })
  }

  @Test func `is an error in words where it cannot be written`() async throws {
    let sandbox = try await finished()
    try sandbox.write("", to: "folder.onnx/file")
    for name in ["folder.onnx", "no/such/folder.onnx"] {
      let ending = try await sandbox.run(
        "export", "tiny", "--onnx", "--model", "base", "-o", name)
      #expect(ending.status == 1 && ending.output.isEmpty, "\(ending)")
      #expect(ending.error.contains(name), "\(ending)")
    }
  }
}
