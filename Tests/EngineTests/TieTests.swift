import Engine
import Testing

/// Layers behind which a pooling has ties, twice: by the engine and by the reference.
private struct TiedLayers: Sendable, CustomTestStringConvertible {
  var name: String
  /// Shapes of kernels; each has a bias.
  var kernels: [[Int]]
  var window = (2, 2), strides = (2, 2), border = Border()
  var build: @Sendable (inout Graph, Value, [(Value, Value)]) -> Value
  var reference: @Sendable (Reference.Array4, [(Reference.Array4, [Double])]) -> Reference.Array4

  var testDescription: String { name }
}

private let channels = 16
private let kernel = [channels, channels, 3, 3]

private func direct(
  _ x: Reference.Array4, _ p: (Reference.Array4, [Double]), _ padding: Int = 0
) -> Reference.Array4 {
  Reference.convolution(x, p.0, p.1, strides: (1, 1), padding: (padding, padding))
}

private let tiedLayers: [TiedLayers] = [
  TiedLayers(
    name: "a convolution", kernels: [kernel],
    build: { g, x, p in g.convolution2D(x, weights: p[0].0, bias: p[0].1) },
    reference: { x, p in direct(x, p[0]) }),
  TiedLayers(
    name: "a convolution with padding, overlapping windows", kernels: [kernel], window: (3, 3),
    build: { g, x, p in g.convolution2D(x, weights: p[0].0, bias: p[0].1, padding: (1, 1)) },
    reference: { x, p in direct(x, p[0], 1) }),
  TiedLayers(
    name: "a convolution, windows with a border", kernels: [kernel], window: (3, 3),
    border: Border(above: 1, below: 0, left: 1, right: 1),
    build: { g, x, p in g.convolution2D(x, weights: p[0].0, bias: p[0].1) },
    reference: { x, p in direct(x, p[0]) }),
  TiedLayers(
    name: "two convolutions with ReLU between", kernels: [kernel, kernel],
    build: { g, x, p in
      let y = g.relu(g.convolution2D(x, weights: p[0].0, bias: p[0].1, padding: (1, 1)))
      return g.convolution2D(y, weights: p[1].0, bias: p[1].1, padding: (1, 1))
    },
    reference: { x, p in direct(Reference.relu(direct(x, p[0], 1)), p[1], 1) }),
  TiedLayers(
    name: "a normalization and tanh", kernels: [kernel, [channels]],
    build: { g, x, p in
      let y = g.convolution2D(x, weights: p[0].0, bias: p[0].1)
      let zeros = g.zeros([channels])
      let z = g.batchNormalization(
        y, gamma: p[1].0, beta: p[1].1, mean: zeros, variance: zeros, epsilon: 0.25)
      return g.activation(.tanh, z)
    },
    reference: { x, p in
      let z = Reference.batchNormalization(
        direct(x, p[0]), gamma: p[1].0.values, beta: p[1].1,
        moments: Array(repeating: (0, 0.249), count: channels))
      return Reference.activation(.tanh, z)
    }),
  TiedLayers(
    name: "a sum with the input", kernels: [kernel],
    build: { g, x, p in
      let y = g.convolution2D(x, weights: p[0].0, bias: p[0].1, padding: (1, 1))
      return g.add(y, x)
    },
    reference: { x, p in Reference.add(direct(x, p[0], 1), x) }),
  TiedLayers(
    name: "a concatenation", kernels: [kernel, kernel],
    build: { g, x, p in
      let a = g.convolution2D(x, weights: p[0].0, bias: p[0].1)
      return g.concatenate([a, g.convolution2D(x, weights: p[1].0, bias: p[1].1)])
    },
    reference: { x, p in Reference.concatenate([direct(x, p[0]), direct(x, p[1])]) }),
  TiedLayers(
    name: "means", kernels: [kernel],
    build: { g, x, p in
      let y = g.convolution2D(x, weights: p[0].0, bias: p[0].1)
      return g.averagePooling2D(y, window: (2, 2), strides: (1, 1))
    },
    reference: { x, p in
      Reference.averagePooling(direct(x, p[0]), window: (2, 2), strides: (1, 1))
    }),
  TiedLayers(
    name: "another pooling", kernels: [kernel],
    build: { g, x, p in
      let y = g.convolution2D(x, weights: p[0].0, bias: p[0].1)
      return g.maxPooling2D(y, window: (2, 2), strides: (1, 1))
    },
    reference: { x, p in
      Reference.maxPooling(direct(x, p[0]), window: (2, 2), strides: (1, 1))
    }),
  TiedLayers(
    name: "a convolution of 1x1 to channels that fill no block",
    kernels: [kernel, [5, channels, 1, 1]],
    build: { g, x, p in
      let y = g.convolution2D(x, weights: p[0].0, bias: p[0].1)
      return g.convolution2D(y, weights: p[1].0, bias: p[1].1)
    },
    reference: { x, p in direct(direct(x, p[0]), p[1]) }),
]

/// Where max-pooling sends gradients when several values of a window are equal in exact arithmetic.
@Suite struct `Ties of max-pooling` {
  /// Images of few values, in areas: most windows hold patches that are equal.
  private static func image(_ random: inout RandomStream, _ size: Int) -> [Float] {
    var image = [Float](repeating: 0, count: channels * size * size)
    for channel in 0..<channels {
      for _ in 0..<2 {
        let (top, left) = (random.integer(below: size), random.integer(below: size))
        let (height, width) = (1 + random.integer(below: 5), 1 + random.integer(below: 5))
        let value = random.normal()
        for h in top..<min(top + height, size) {
          for w in left..<min(left + width, size) {
            image[(channel * size + h) * size + w] = value
          }
        }
      }
      if channel == 2 { break }
    }
    return image
  }

  @Test(arguments: tiedLayers)
  fileprivate func `go to the first of equal values`(_ layers: TiedLayers) throws {
    let seed = 20_261_126
    var random = RandomStream(seed: seed, purpose: .noise)
    let (batch, size) = (3, 14)
    var graph = Graph()
    let x = graph.input("x", [batch, channels, size, size])
    var pairs: [(Value, Value)] = []
    for (index, shape) in layers.kernels.enumerated() {
      pairs.append(
        (
          graph.parameter("layer_\(index)/kernel", Shape(shape)),
          graph.parameter("layer_\(index)/bias", [shape[0]])
        ))
    }
    let y = layers.build(&graph, x, pairs)
    let z = graph.maxPooling2D(
      y, window: layers.window, strides: layers.strides, border: layers.border)
    let factors = graph.input("factors", graph.shape(of: z))
    let loss = graph.sum(graph.product(z, factors))
    let gradient = graph.gradients(of: loss, at: [y])[0]

    let parameters = ParameterVector(count: graph.parameterCount)
    for index in parameters.values.indices { parameters.values[index] = 0.4 * random.normal() }
    parameters.markChanged()
    let executable = Executable(graph, outputs: [gradient], parameters: parameters)
    let images = (0..<batch).flatMap { _ in Self.image(&random, size) }
    for (index, value) in images.enumerated() { executable.floats(x)[index] = value }
    for index in executable.floats(factors).indices {
      executable.floats(factors)[index] = 1 + random.uniform()
    }
    executable.run()

    var offset = 0
    let weights = layers.kernels.map { shape -> (Reference.Array4, [Double]) in
      let count = shape.reduce(1, *)
      defer { offset += count + shape[0] }
      let all = parameters.values[offset..<offset + count + shape[0]].map(Double.init)
      return (Reference.Array4(shape, Array(all[..<count])), Array(all[count...]))
    }
    let input = Reference.Array4([batch, channels, size, size], images.map(Double.init))
    let values = layers.reference(input, weights)
    var expected = Reference.Array4(values.shape)
    let windows = Reference.Windows(
      values, kernel: layers.window, strides: layers.strides, layers.border)
    var (ties, next) = (0, 0)
    var places: [(n: Int, c: Int, h: Int, w: Int)] = []
    let pooled = windows.map(channels: values.shape[1]) { n, c, pixels in
      let largest = pixels.map { values[n, c, $0.h, $0.w] }.max() ?? 0
      // Doubles of equal patches are equal to the last bit or nearly so: means divide sums.
      let equal = pixels.filter { largest - values[n, c, $0.h, $0.w] <= 1e-12 * abs(largest) }
      if equal.count > 1 { ties += 1 }
      places.append((n, c, equal[0].h, equal[0].w))
      return largest
    }
    // `map` goes by windows, then examples, then channels.
    for row in 0..<pooled.shape[2] {
      for column in 0..<pooled.shape[3] {
        for n in 0..<batch {
          for c in 0..<pooled.shape[1] {
            let index = ((n * pooled.shape[1] + c) * pooled.shape[2] + row) * pooled.shape[3]
            let place = places[next]
            expected[place.n, place.c, place.h, place.w] += Double(
              executable.floats(factors)[index + column])
            next += 1
          }
        }
      }
    }
    #expect(ties > places.count / 4, "\(ties) ties in \(places.count) windows")
    let wrong = zip(executable.floats(gradient), expected.values).filter {
      abs(Double($0) - $1) > 1e-5
    }
    #expect(wrong.count == 0, "\(wrong.count) of \(expected.values.count) elements, seed \(seed)")
  }
}
