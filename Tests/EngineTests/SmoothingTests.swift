import Engine
import FoundationEssentials
import TestSupport
import Testing

/// `smoothing.json`, made by `make_smoothing_vectors.py` beside it.
private struct SmoothingFile: Decodable {
  struct Case: Decodable {
    let smoothing: Float
    let losses: [Float]
    let gradient: [Float]
  }
  let logits: [Float]
  let labels: [Int32]
  let cases: [Case]
}

@Suite struct SmoothingTests {
  @Test func `of labels gives Keras's losses and gradients`() throws {
    let file = try decoded(SmoothingFile.self, "smoothing.json")
    let (count, classes) = (file.labels.count, file.logits.count / file.labels.count)
    #expect(file.cases.count == 4)
    for vector in file.cases {
      var graph = Graph()
      let x = graph.input("x", [count, classes])
      let labels = graph.input("labels", [count], .int32)
      let losses = graph.softmaxCrossEntropy(x, labels: labels, smoothing: vector.smoothing)
      let gradient = graph.gradients(of: graph.mean(losses), at: [x])[0]
      let executable = Executable(
        graph, outputs: [losses, gradient], parameterGradients: [],
        parameters: ParameterVector(count: 0))
      for (i, value) in file.logits.enumerated() { executable.floats(x)[i] = value }
      for (i, label) in file.labels.enumerated() { executable.integers(labels)[i] = label }
      executable.run()
      for (loss, expected) in zip(executable.floats(losses), vector.losses) {
        #expect((loss - expected).magnitude <= 2e-6 * max(1, expected), "\(vector.smoothing)")
      }
      for (value, expected) in zip(executable.floats(gradient), vector.gradient) {
        #expect((value - expected).magnitude <= 1e-7, "\(vector.smoothing)")
      }
    }
  }
}
