import Experiments
import Settings
import TestSupport
import Testing
import YAML

@Suite struct `Images of own files` {
  private struct Unreadable: Error, CustomStringConvertible {
    var description: String { "there is no such file" }
  }

  private func load(
    _ text: String, _ overrides: SpecOverride...,
    read: @escaping OwnImageReader = { _ in
      ImageFormat(height: 32, width: 30, channels: 3, classes: 7)
    }
  ) throws -> Spec {
    try SpecLoader.load(text: text, name: "/t.yaml", overrides: overrides, images: read)
  }

  private let data = "dataset: {name: files, path: x.npz}\n"

  @Test func `are what the files say where the spec does not`() throws {
    let spec = try load(data) { dataset in
      #expect(dataset.path == "/x.npz")
      return ImageFormat(height: 32, width: 30, channels: 3, classes: 7)
    }
    #expect(spec.settings.models[0].architecture.inputShape == [32, 30, 3])
    #expect(spec.settings.models[0].architecture.numClasses == 7)
    let half = try load(data + "architecture: {num_classes: 9}")
    #expect(half.settings.models[0].architecture.inputShape == [32, 30, 3])
    #expect(half.settings.models[0].architecture.numClasses == 9)
    let swept = try load(
      data + "sweep: {grid: {architecture: [{conv_filters: [4]}, {layers: [flatten, dense: 7]}]}}")
    #expect(swept.points.allSatisfy { $0.settings.models[0].architecture.numClasses == 7 })
    #expect(
      try load("dataset: mnist", SpecOverride(.set, "dataset={name: files, path: x.npz}"))
        .settings.models[0].architecture.numClasses == 7)
  }

  @Test func `lead to the same stages as when they are written down`() throws {
    let written = try load(data + "architecture: {input_shape: [32, 30, 3], num_classes: 7}")
    #expect(try plan(load(data)).stages.map(\.key) == plan(written).stages.map(\.key))
  }

  @Test func `are not read where they need not be`() throws {
    let unread: OwnImageReader = { _ in
      Issue.record("read")
      throw Unreadable()
    }
    _ = try load("dataset: mnist", read: unread)
    _ = try load(
      data + "architecture: {input_shape: [32, 30, 3], num_classes: 7}", read: unread)
  }

  @Test func `that cannot be read are one error, at their path`() throws {
    let text = data + "architecture: {conv_filters: [8]}"
    do {
      _ = try load(text) { _ in throw Unreadable() }
      Issue.record("accepted")
    } catch let error as DiagnosticsError {
      #expect(error.diagnostics.map(\.range?.place) == ["/t.yaml:1:30"])
      #expect(error.diagnostics[0].message.hasSuffix("there is no such file"))
    }
  }

  @Test func `are wrong at the key that names the file, in as many lines as there are`() throws {
    let text = """
      dataset:
        name: files
        train_images: a.npy
        train_labels: b.npy
        test_images: c.npy
        test_labels: ${X}/d.npy
      """
    for (origin, place) in [
      ("/a.npy", "3:17"), ("/b.npy", "4:17"), ("/e/d.npy", "6:16"), ("/other", "3:17"),
    ] {
      let problem = DataProblem("is wrong\n  because\n", origin: origin, suggestion: "mend it")
      do {
        _ = try SpecLoader.load(text: text, name: "/t.yaml", environment: ["X": "e"]) { _ in
          throw problem
        }
        Issue.record("accepted")
      } catch let error as DiagnosticsError {
        let diagnostic = try #require(error.diagnostics.first)
        #expect(diagnostic.range?.place == "/t.yaml:\(place)")
        #expect(diagnostic.message == "\(origin): is wrong")
        #expect(diagnostic.notes.map(\.message) == ["because"])
        #expect(diagnostic.suggestion == "mend it")
      }
    }
  }

  @Test func `must be the same for all networks`() {
    let text =
      data + "sweep: {grid: {architecture: [{conv_filters: [4]}, {input_shape: [28, 28, 1]}]}}"
    #expect(throws: DiagnosticsError.self) { try load(text) }
  }
}
