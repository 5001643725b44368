import FoundationEssentials
import SystemPackage
import Testing

@Suite struct `Results for other programs` {
  /// Two points, and attacks with and without a ball.
  private static let spec = Sandbox.tinySpec.replacing(
    "seeds: 2",
    with: """
          - { name: pgd, epsilon: 8/255, steps: 2 }
          - { name: rotation, severity: 3 }
      sweep: { grid: { adversarial.adv_step_size: [0.1, 0.2] } }
      description: Does the step size matter?
      seeds: 2
      """)

  /// The content of all files of both formats, by path.
  private func written(_ sandbox: Sandbox) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for folder in ["results/tiny/tensorboard", "results/tiny/mlruns"] {
      for name in sandbox.files(below: folder) where !name.hasSuffix(".nsl-run.json") {
        let path = "\(folder)/\(name)"
        if let data = try? Data(contentsOf: URL(filePath: sandbox.path(path))) {
          found[path] = data
        }
      }
    }
    return found
  }

  @Test func `are written by a run, also of a finished experiment, and always the same`()
    async throws
  {
    let sandbox = try Sandbox()
    try sandbox.write(Self.spec, to: "tiny.yaml")
    let without = try await sandbox.run("tiny.yaml", "seeds=1")
    try #require(without.status == 0, "\(without)")
    #expect(try written(sandbox).isEmpty)

    let first = try await sandbox.run("tiny.yaml", "seeds=1", "--tensorboard", "--mlflow")
    try #require(first.status == 0, "\(first)")
    #expect(first.error.contains(" 0 run and "), "\(first)")
    #expect(first.error.contains("results/tiny/tensorboard: for TensorBoard\n"), "\(first)")
    #expect(first.error.contains("results/tiny/mlruns: for MLflow\n"), "\(first)")
    let files = try written(sandbox)
    #expect(files.keys.count { $0.hasSuffix("/events.out.tfevents.nsl-run") } == 4)
    #expect(files.keys.count { $0.hasSuffix("/metrics/accuracy/clean") } == 4)

    // Half of it is lost, some of it is changed, and all of it comes back.
    for (index, name) in files.keys.sorted().enumerated() {
      if index % 3 == 0 { try FileManager.default.removeItem(atPath: sandbox.path(name)) }
      if index % 3 == 1 { try sandbox.write("changed", to: name) }
    }
    try sandbox.write("mine", to: "results/tiny/mlruns/0/meta.yaml")
    let second = try await sandbox.run("tiny.yaml", "seeds=1", "--tensorboard", "--mlflow", "-q")
    #expect(second.status == 0 && second.error.isEmpty, "\(second)")
    var again = try written(sandbox)
    #expect(again.removeValue(forKey: "results/tiny/mlruns/0/meta.yaml") == Data("mine".utf8))
    #expect(again == files)

    // One point less: what was written for it goes. Without the flags, nothing changes.
    let less = try await sandbox.run(
      "tiny.yaml", "seeds=1", "sweep=null", "adv_step_size=0.1", "--tensorboard", "-q")
    #expect(less.status == 0, "\(less)")
    let kept = try written(sandbox)
    #expect(kept.keys.count { $0.hasSuffix("/events.out.tfevents.nsl-run") } == 2)
    #expect(kept.keys.count { $0.hasSuffix("/metrics/accuracy/clean") } == 4)
  }

  @Test func `say which runs failed`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.spec, to: "tiny.yaml")
    let ending = try await sandbox.run(
      "tiny.yaml", "seeds=1", "sweep=null", "--timeout", "0.001", "--mlflow", "--tensorboard")
    #expect(ending.status == 1, "\(ending)")
    let files = try written(sandbox)
    let statuses = files.filter { $0.key.hasSuffix("/tags/nsl-run.status") }.values
    #expect(statuses.count == 2 && statuses.allSatisfy { $0 == Data("timed-out".utf8) })
    #expect(!files.keys.contains { $0.contains("/metrics/") })
  }

  /// What is in the way is nobody's loss, and nothing is written outside of the folder.
  @Test func `do not leave the experiment's folder`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    try sandbox.write("mine", to: "elsewhere/notes.txt")
    let ending = try await sandbox.shell(
      """
      mkdir -p results/tiny
      ln -s ../../elsewhere results/tiny/tensorboard
      echo mine > results/tiny/mlruns
      nsl-run tiny.yaml seeds=1 --tensorboard --mlflow
      """)
    #expect(ending.status == 0, "\(ending)")
    #expect(sandbox.files(below: "elsewhere") == ["notes.txt"])
    #expect(try sandbox.read("results/tiny/mlruns.moved-1") == "mine\n")
    #expect(ending.error.contains("results/tiny/tensorboard.moved-1"), "\(ending)")
  }

  @Test(.enabled(if: Self.python != nil, "NSL_PYTHON names no Python with tensorboard and mlflow"))
  func `are read by TensorBoard and MLflow`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.spec, to: "tiny.yaml")
    let run = try await sandbox.run("tiny.yaml", "--tensorboard", "--mlflow")
    try #require(run.status == 0, "\(run)")
    let script = Sandbox.package.appending("Tests/CommandLineTests/Fixtures/read_tracking.py")
    let reading = try await sandbox.shell(
      "\(Self.python ?? "") \(script) results/tiny > read.json",
      environment: ["PYTHONWARNINGS": "ignore"])
    try #require(reading.status == 0, "\(reading)")
    let found = try JSONDecoder().decode(Reading.self, from: Data(sandbox.read("read.json").utf8))

    let rows = try sandbox.read("results/tiny/results.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let column = Dictionary(uniqueKeysWithValues: rows[0].enumerated().map { ($1, $0) })
    func cell(_ row: [String], _ name: String) throws -> String {
      row[try #require(column[name])]
    }
    let names = [
      "clean": "clean", "fgsm": "fgsm-0.2-from-base", "pgd": "pgd-8_255-self",
      "rotation-3": "rotation-3",
    ]
    for row in rows.dropFirst() {
      let run = try "\(cell(row, "run"))/\(cell(row, "model"))"
      let tag = try "accuracy/\(#require(names[cell(row, "attack")]))"
      let accuracy = try #require(Double(cell(row, "accuracy")))
      let events = try #require(found.tensorboard.runs[run]?.scalars[tag], "\(run) \(tag)")
      #expect(events == [[1, Double(Float(accuracy))]], "\(run) \(tag)")
      let mlflow = try #require(found.mlflow.runs[run])
      #expect(mlflow.history[tag] == [[1, accuracy]], "\(run) \(tag)")
      #expect(mlflow.status == "FINISHED")
      #expect(try mlflow.params["adv_step_size"] == cell(row, "adv_step_size"))
      #expect(try mlflow.params["seed"] == cell(row, "seed"))
    }
    #expect(found.tensorboard.runs.count == 8 && found.mlflow.runs.count == 8)
    #expect(found.tensorboard.hparams == ["adv_step_size", "model"])
    #expect(
      found.tensorboard.metrics
        == ["clean", "fgsm-0.2-from-base", "pgd-8_255-self", "rotation-3"].map { "accuracy/\($0)" })
    // Seeds are one group.
    #expect(found.tensorboard.groups.count == 4)
    #expect(found.tensorboard.groups.values.allSatisfy { $0.sessions == 2 })
    for run in found.tensorboard.runs.values {
      #expect(
        run.images.keys.sorted()
          == names.values.filter { $0 != "clean" }.sorted().map {
            "images/\($0)"
          })
      #expect(run.images.values.allSatisfy { $0 })
      #expect(run.scalars["training/loss"]?.count == 1)
    }
    #expect(found.mlflow.experiments == ["tiny"])
    #expect(found.mlflow.notes == ["Does the step size matter?"])
    #expect(found.mlflow.base.count == 4 && found.mlflow.base.allSatisfy { $0.hasSuffix("/base") })
    for run in found.mlflow.runs.values {
      #expect(run.artifacts.contains("images/pgd-8_255-self.png"), "\(run.artifacts)")
      #expect(run.artifacts.contains("results.csv"), "\(run.artifacts)")
    }
  }

  private static let python = ProcessInfo.processInfo.environment["NSL_PYTHON"]

  /// What `read_tracking.py` prints.
  private struct Reading: Decodable {
    struct TensorBoard: Decodable {
      struct Run: Decodable {
        var scalars: [String: [[Double]]]
        var images: [String: Bool]
      }
      struct Group: Decodable { var sessions: Int }
      var runs: [String: Run]
      var hparams: [String]
      var metrics: [String]
      var groups: [String: Group]
    }
    struct MLflow: Decodable {
      struct Run: Decodable {
        var status: String
        var params: [String: String]
        var history: [String: [[Double]]]
        var artifacts: [String]
      }
      var experiments: [String]
      var notes: [String]
      var runs: [String: Run]
      var base: [String]
    }
    var tensorboard: TensorBoard
    var mlflow: MLflow
  }
}
