import Experiments
import Settings
import FoundationEssentials
import TestSupport
import Testing
import YAML

@Suite struct `Variables in paths` {
  private let environment = ["HOME": "/home/ada", "DATA": "/data", "EMPTY": ""]

  private func path(_ text: String, _ overrides: SpecOverride...) throws -> String? {
    try SpecLoader.load(
      text:
        "dataset:\n  name: idx\n  path: \(text)\narchitecture: {input_shape: [28, 28, 1], num_classes: 2}",
      name: "/specs/t.yaml", overrides: overrides, environment: environment
    ).dataset.path
  }

  @Test(arguments: [
    ("~/digits", "/home/ada/digits"), ("${DATA}/digits", "/data/digits"),
    ("$DATA/digits", "/data/digits"), ("${UNSET:-other}/digits", "/specs/other/digits"),
    ("${EMPTY:-/x}/y", "/x/y"), ("${UNSET-/x}/y", "/x/y"), ("${UNSET:-~}/y", "/home/ada/y"),
    ("a$$b", "/specs/a$b"), ("digits~", "/specs/digits~"), ("\"${DATA}\"", "/data"),
  ])
  func `have the values of the environment`(text: String, expected: String) throws {
    #expect(try path(text) == expected)
    #expect(
      try path("x", SpecOverride(.set, "dataset.path=\(text)"))?.hasSuffix(
        expected.replacing("/specs/", with: "")) == true)
  }

  @Test func `stand in every path, and in what is extended`() throws {
    try withFolder(["base.yaml": "dataset: {name: mnist}\ncompare: {baseline: x.csv}"]) { folder in
      let spec = try SpecLoader.load(
        text: """
          extends: ${BASE}/base.yaml
          dataset:
            name: files
            train_images: ~/a.npy
            train_labels: ${DATA}/b.npy
            test_images: $DATA/c.npy
            test_labels: ${UNSET:-d}.npy
          architecture: {input_shape: [28, 28, 1], num_classes: 2}
          compare: {baseline: "${DATA}/results.csv"}
          """, name: "/specs/t.yaml",
        environment: environment.merging(["BASE": folder.path]) { $1 })
      #expect(spec.dataset.trainImages == "/home/ada/a.npy")
      #expect(spec.dataset.trainLabels == "/data/b.npy")
      #expect(spec.dataset.testImages == "/data/c.npy")
      #expect(spec.dataset.testLabels == "/specs/d.npy")
      #expect(spec.comparison.baseline == "/data/results.csv")
    }
  }

  @Test func `change no key`() throws {
    func keys(_ data: String) throws -> [StageKey] {
      let spec = try SpecLoader.load(
        text: "dataset:\n  name: mnist\n  path: ${DATA}/mnist", name: "t.yaml",
        environment: ["DATA": data])
      #expect(spec.dataset.path == "\(data)/mnist")
      return plan(spec).stages.map(\.key)
    }
    #expect(try keys("/a") == keys("/b"))
  }

  @Test func `are not read into the paths of a run's own spec`() throws {
    let spec = try SpecLoader.load(
      text: "dataset:\n  name: mnist\n  path: /a$$b/$${c}", name: "t.yaml")
    #expect(spec.dataset.path == "/a$b/${c}")
    let whole = PlanBuilder.plan(
      spec, dataset: ResolvedDataset(name: .mnist, digest: "d"), engineRevision: 4)
    let again = try SpecLoader.load(text: whole.runs[0].resolvedSpec, name: "r.yaml")
    #expect(again.dataset.path == spec.dataset.path)
  }

  @Test func `without a value are errors at their places`() throws {
    var snapshot = ""
    for text in [
      "data/${UNSET}/digits", "$UNSET/digits", "${EMPTY}/digits", "~bob/digits", "${DATA/digits",
      "${DATA:?}/digits", "a$/digits", "${1}",
    ] {
      do {
        _ = try path(text)
        Issue.record("accepted: \(text)")
      } catch let error as DiagnosticsError {
        #expect(error.diagnostics.count == 1)
        snapshot += "\(error)\n"
      }
    }
    for text in ["extends: ${UNSET}.yaml\n", "dataset: {name: idx, path: ${DATA}/x}\n"] {
      snapshot += mistakes(text) + "\n"
    }
    try expectSnapshot(snapshot, named: "path-variables.txt")
  }
}
