import Engine
import FoundationEssentials
import TestSupport
import Testing

/// `layers.json`, made by `make_layer_vectors.py` beside it; tensors in Keras's order.
private struct LayerVectors: Decodable {
  struct Tensor: Decodable {
    let shape: [Int]
    let data: [Float]

    /// `[N, C, H, W]` and `[O, I, R, S]`; rows and vectors as they are.
    func ours(kernel: Bool = false) -> (shape: [Int], data: [Float]) {
      guard shape.count == 4 else { return (shape, data) }
      let order = kernel ? [3, 2, 0, 1] : [0, 3, 1, 2]
      let result = order.map { shape[$0] }
      let strides = [shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1]
      var values: [Float] = []
      for a in 0..<result[0] {
        for b in 0..<result[1] {
          for c in 0..<result[2] {
            for d in 0..<result[3] {
              let place = zip([a, b, c, d], order).reduce(0) { $0 + $1.0 * strides[$1.1] }
              values.append(data[place])
            }
          }
        }
      }
      return (result, values)
    }
  }

  struct Settings: Decodable {
    let function: Activation?
    let size: [Int]?
    let strides: [Int]?
    let padding: String?
    /// Of a normalization the mean and the variance, of a rescaling scale and offset.
    let first: Numbers?
    let second: Numbers?
  }

  /// One number for all channels, or one for each.
  struct Numbers: Decodable {
    let all: [Double]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      all = try (try? container.decode([Double].self)) ?? [container.decode(Double.self)]
    }
  }

  struct Case: Decodable {
    let name: String
    let settings: Settings
    let x: Tensor, y: Tensor, w: Tensor, gradient: Tensor
    let weights: [Tensor], weight_gradients: [Tensor], weights_after: [Tensor]
  }

  let cases: [Case]

  static let loaded = Result {
    try decoded(LayerVectors.self, "layers.json")
  }
}

@Suite struct LayerVectorTests {
  /// The layer of a case, and the moments of its batch where it has any.
  private func layer(
    _ vector: LayerVectors.Case, _ graph: inout Graph, _ x: Value, _ p: [Value]
  ) -> (y: Value, moments: [Value]) {
    func pair(_ values: [Int]?) -> (Int, Int) { (values?[0] ?? 1, values?[1] ?? 1) }
    let (size, strides) = (pair(vector.settings.size), pair(vector.settings.strides))
    let shape = graph.shape(of: x)
    let border =
      vector.settings.padding == "same"
      ? Border(sameFor: (shape[2], shape[3]), kernel: size, strides: strides) : Border()
    switch vector.name {
    case "normalization", "rescaling":
      let (first, second) = (vector.settings.first?.all ?? [], vector.settings.second?.all ?? [])
      let transform: ChannelTransform =
        vector.name == "rescaling"
        ? .rescaling(scale: first, offset: second, channels: shape[1])
        : .normalization(mean: first, variance: second, channels: shape[1])
      return (graph.channelTransform(x, transform), [])
    case "activation":
      return (graph.activation(vector.settings.function ?? .relu, x), [])
    case "max_pooling2d":
      return (graph.maxPooling2D(x, window: size, strides: strides, border: border), [])
    case "average_pooling2d":
      return (graph.averagePooling2D(x, window: size, strides: strides, border: border), [])
    case "conv2d":
      let y = graph.convolution2D(x, weights: p[0], bias: p[1], strides: strides, border: border)
      return (y, [])
    default:
      if vector.weights_after.isEmpty {
        let mean = graph.state("moving_mean", [shape[1]])
        let variance = graph.state("moving_variance", [shape[1]])
        let y = graph.batchNormalization(
          x, gamma: p[0], beta: p[1], mean: mean, variance: variance, epsilon: 1e-3)
        return (y, [])
      }
      let result = graph.batchNormalization(x, gamma: p[0], beta: p[1], epsilon: 1e-3)
      return (result.y, [result.mean, result.variance])
    }
  }

  private func check(
    _ values: some Collection<Float>, _ expected: [Float], _ what: String
  ) {
    #expect(values.count == expected.count)
    let scale = expected.map(\.magnitude).max() ?? 0
    for (value, expected) in zip(values, expected) {
      #expect(
        (value - expected).magnitude <= 2e-6 * max(1, scale), "\(what): \(value), not \(expected)")
    }
  }

  @Test(arguments: 0..<39)
  func `layers and their gradients are those of Keras`(index: Int) throws {
    let cases = try LayerVectors.loaded.get().cases
    #expect(cases.count == 39)
    let vector = cases[index]
    var graph = Graph()
    let input = vector.x.ours()
    let x = graph.input("x", Shape(input.shape))
    let weights = vector.weights.map { $0.ours(kernel: vector.name == "conv2d") }
    let trained = weights.prefix(2)
    let p = trained.enumerated().map { graph.parameter("layer/\($0)", Shape($1.shape)) }
    let (y, moments) = layer(vector, &graph, x, p)
    // sum(w * y)
    let w = vector.w.ours()
    let rows = graph.input("w", Shape(w.shape))
    let loss = graph.sum(graph.product(y, rows))
    let gradients = graph.gradients(of: loss, at: p + [x])

    let parameters = ParameterVector(count: graph.parameterCount, stateCount: graph.stateCount)
    let values = (graph.stateCount > 0 ? weights[...] : trained).flatMap(\.data)
    for (i, value) in values.enumerated() { parameters.values[i] = value }
    parameters.markChanged()
    let executable = Executable(
      graph, outputs: [y, gradients[p.count]] + moments,
      parameterGradients: Array(gradients.dropLast()), parameters: parameters)
    _ = executable.floats(x).update(from: input.data)
    _ = executable.floats(rows).update(from: w.data)
    executable.run()

    check(executable.floats(y), vector.y.ours().data, "result")
    check(executable.floats(gradients[p.count]), vector.gradient.ours().data, "gradient")
    let expected = vector.weight_gradients.flatMap { $0.ours(kernel: vector.name == "conv2d").data }
    check(executable.gradient, expected, "gradient at the weights")
    guard !moments.isEmpty else { return }
    // Moving averages with a momentum of 0.9; of images, Keras corrects the variance.
    let count = Float(input.data.count / input.shape[1])
    let correction = input.shape.count == 4 ? count / (count - 1) : 1
    for (number, factor) in [Float(1), correction].enumerated() {
      let moved = zip(weights[2 + number].data, executable.floats(moments[number])).map {
        $0 - ($0 - $1 * factor) * 0.1
      }
      check(moved, vector.weights_after[2 + number].data, "moving average")
    }
  }
}
