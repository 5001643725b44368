import TestSupport
import Testing
import Tracking

@Suite struct `Files for MLflow` {
  @Test func `are folders of runs with parameters, metrics and tags`() throws {
    let text = try files(.mlflow, of: .sample).map { file in
      let content = String(decoding: file.bytes, as: UTF8.self)
      if file.path.hasSuffix(".png") { return "\(file.path)\n  \(file.bytes.count) bytes\n" }
      let lines = content.split(separator: "\n", omittingEmptySubsequences: false)
      return ([Substring(file.path)] + lines.map { "  \($0)" }).joined(separator: "\n") + "\n"
    }
    try expectSnapshot(text.joined(), named: "mlruns.txt")
  }

  @Test func `say that a run or an experiment is there when all of it is`() throws {
    let paths = try files(.mlflow, of: .sample).map(\.path)
    let experiment = try #require(paths.last)
    #expect(experiment.hasSuffix("/meta.yaml") && experiment.split(separator: "/").count == 2)
    for (place, path) in paths.enumerated() where path.hasSuffix("/meta.yaml") {
      let folder = path.dropLast("meta.yaml".count)
      #expect(!paths[(place + 1)...].contains { $0.hasPrefix(folder) })
    }
  }

  @Test func `have texts that no reader takes for anything else`() throws {
    let names = ["on", "1e5", "12:30", "null", "a: b # c", "\"\\", "two\nlines", "\u{7F}\u{85}ü🙂"]
    var text = ""
    for name in names {
      let experiment = TrackedExperiment(name: name, axes: [], trainings: [])
      text +=
        try files(.mlflow, of: experiment).map { file in
          String(decoding: file.bytes, as: UTF8.self).split(separator: "\n").last.map(String.init)
            ?? ""
        }.joined(separator: "\n") + "\n"
    }
    try expectSnapshot(text, named: "mlflow-texts.txt")
  }

  @Test func `have texts of at most 6,000 bytes, in one line`() throws {
    var training = TrackedTraining.sample(point: [])
    training.settings = [
      TrackedSetting("long", String(repeating: "ü", count: 5000)), TrackedSetting("lines", "a\nb"),
      TrackedSetting("empty", ""),
    ]
    let experiment = TrackedExperiment(name: "x", axes: [], trainings: [training])
    let found = Dictionary(
      uniqueKeysWithValues: try files(.mlflow, of: experiment).map {
        ($0.path.split(separator: "/").suffix(2).joined(separator: "/"), $0.bytes)
      })
    let long = try #require(found["params/long"])
    #expect((5990...6000).contains(long.count))
    #expect(String(decoding: long, as: UTF8.self).hasSuffix("üü…"))
    #expect(found["params/lines"] == Array("a b".utf8))
    #expect(found["params/empty"] == nil)
  }
}
