import Engine

/// A convolution of so many filters, whose result is blocked by channel, a layer, and a dense layer.
private func layerNetwork(
  _ name: String, input: [Int] = [2, 2, 8, 9], filters: Int = 16, output: [Int],
  vectors: Int = 0,
  build: @escaping @Sendable (inout Graph, Value, [Value]) -> Value,
  reference:
    @escaping @Sendable (Reference.Array4, [(Reference.Array4, [Double])]) ->
    Reference.Array4
) -> Network {
  Network(
    name: "\(name), \(filters) channels", input: input,
    weights: [[filters, input[1], 3, 3], [3] + output]
      + Array(repeating: [filters], count: vectors),
    build: { graph, x, p in
      let y = graph.convolution2D(x, weights: p[0], bias: p[1])
      return graph.dense(build(&graph, y, Array(p[4...])), weights: p[2], bias: p[3])
    },
    reference: { x, p in
      let y = Reference.convolution(x, p[0].0, p[0].1, strides: (1, 1), padding: (0, 0))
      return Reference.dense(reference(y, Array(p[2...])), p[1].0, p[1].1)
    })
}

private func sameConvolution(
  _ input: [Int], filters: Int, kernel: (Int, Int), strides: (Int, Int)
) -> Network {
  let border = Border(sameFor: (input[2], input[3]), kernel: kernel, strides: strides)
  let output = [filters, (input[2] - 1) / strides.0 + 1, (input[3] - 1) / strides.1 + 1]
  return Network(
    name: "same convolution \(kernel) by \(strides) of \(input)", input: input,
    weights: [[filters, input[1], kernel.0, kernel.1], [3] + output],
    build: { graph, x, p in
      let y = graph.convolution2D(
        x, weights: p[0], bias: p[1], strides: strides, border: border)
      return graph.dense(graph.relu(y), weights: p[2], bias: p[3])
    },
    reference: { x, p in
      let y = Reference.convolution(x, p[0].0, p[0].1, strides: strides, border: border)
      return Reference.dense(Reference.relu(y), p[1].0, p[1].1)
    })
}

private func pooling(
  filters: Int, maximum: Bool, window: (Int, Int), strides: (Int, Int), same: Bool
) -> Network {
  let border =
    same ? Border(sameFor: (6, 7), kernel: window, strides: strides) : Border()
  let height = (6 + border.above + border.below - window.0) / strides.0 + 1
  let width = (7 + border.left + border.right - window.1) / strides.1 + 1
  return layerNetwork(
    "\(maximum ? "maximum" : "mean") of \(window) by \(strides)\(same ? ", same" : "")",
    filters: filters, output: [filters, height, width],
    build: { graph, y, _ in
      maximum
        ? graph.maxPooling2D(y, window: window, strides: strides, border: border)
        : graph.averagePooling2D(y, window: window, strides: strides, border: border)
    },
    reference: { y, _ in
      maximum
        ? Reference.maxPooling(y, window: window, strides: strides, border: border)
        : Reference.averagePooling(y, window: window, strides: strides, border: border)
    })
}

private let sameConvolutions: [Network] = [
  sameConvolution([2, 3, 8, 8], filters: 16, kernel: (3, 3), strides: (1, 1)),
  sameConvolution([2, 3, 8, 7], filters: 8, kernel: (3, 3), strides: (2, 2)),
  sameConvolution([2, 16, 6, 6], filters: 16, kernel: (3, 3), strides: (2, 2)),
  // Windows inside of the image, and some that leave it below, left and right, or on all sides.
  sameConvolution([1, 16, 10, 9], filters: 16, kernel: (3, 3), strides: (2, 2)),
  sameConvolution([3, 16, 6, 7], filters: 5, kernel: (5, 5), strides: (1, 1)),
  sameConvolution([2, 16, 6, 5], filters: 24, kernel: (1, 1), strides: (2, 2)),
  sameConvolution([2, 2, 5, 6], filters: 8, kernel: (4, 2), strides: (1, 3)),
  sameConvolution([2, 1, 7, 7], filters: 8, kernel: (2, 2), strides: (1, 1)),
]

/// Some numbers by channel.
private func mean(_ channel: Int) -> Double { Double(channel) / 20 - 0.2 }
private func variance(_ channel: Int) -> Double { 0.3 + Double(channel % 3) }

private func blockedNetworks(_ filters: Int) -> [Network] {
  [
    pooling(filters: filters, maximum: true, window: (3, 3), strides: (2, 2), same: true),
    pooling(filters: filters, maximum: true, window: (2, 3), strides: (1, 1), same: true),
    pooling(filters: filters, maximum: false, window: (2, 2), strides: (2, 2), same: false),
    pooling(filters: filters, maximum: false, window: (3, 2), strides: (2, 1), same: true),
    pooling(filters: filters, maximum: false, window: (6, 7), strides: (6, 7), same: false),
    layerNetwork(
      "batch normalization", filters: filters, output: [filters, 6, 7], vectors: 1,
      build: { graph, y, p in
        graph.batchNormalization(y, gamma: p[0], beta: p[1], epsilon: 1e-3).y
      },
      reference: { y, p in
        Reference.batchNormalization(
          y, gamma: p[0].0.values, beta: p[0].1, moments: Reference.moments(y))
      }),
    layerNetwork(
      "normalization with given moments", filters: filters, output: [filters, 6, 7],
      vectors: 1,
      build: { graph, y, p in
        let mean = graph.zeros([filters])
        return graph.batchNormalization(
          y, gamma: p[0], beta: p[1], mean: mean, variance: mean, epsilon: 0.25)
      },
      reference: { y, p in
        Reference.batchNormalization(
          y, gamma: p[0].0.values, beta: p[0].1,
          moments: Array(repeating: (0, 0.249), count: filters))
      }),
    layerNetwork(
      "numbers by channel, and ReLU", filters: filters, output: [filters, 6, 7],
      build: { graph, y, _ in
        let transform = ChannelTransform.normalization(
          mean: (0..<filters).map(mean), variance: (0..<filters).map(variance),
          channels: filters)
        return graph.relu(graph.channelTransform(y, transform))
      },
      reference: { y, _ in
        // The reference adds an epsilon.
        let moments = (0..<filters).map { (mean: mean($0), variance: variance($0) - 1e-3) }
        let (ones, zeros) = (
          [Double](repeating: 1, count: filters), [Double](repeating: 0, count: filters)
        )
        return Reference.relu(
          Reference.batchNormalization(y, gamma: ones, beta: zeros, moments: moments))
      }),
    layerNetwork(
      "a residual", filters: filters, output: [filters, 6, 7],
      build: { graph, y, _ in graph.add(graph.activation(.tanh, y), graph.relu(y)) },
      reference: { y, _ in
        Reference.add(Reference.activation(.tanh, y), Reference.relu(y))
      }),
    layerNetwork(
      "concatenation", filters: filters, output: [2 * filters, 6, 7],
      build: { graph, y, _ in graph.concatenate([graph.activation(.tanh, y), y]) },
      reference: { y, _ in Reference.concatenate([Reference.activation(.tanh, y), y]) }),
    layerNetwork(
      "flattening", filters: filters, output: [filters * 42],
      build: { graph, y, _ in graph.flatten(y) }, reference: { y, _ in Reference.flatten(y) }),
  ]
}

private let activations: [Network] = Activation.allCases.flatMap {
  (function: Activation) -> [Network] in
  [16, 5].map { (filters: Int) -> Network in
    layerNetwork(
      function.rawValue, filters: filters, output: [filters, 6, 7],
      build: { graph, y, _ in graph.activation(function, y) },
      reference: { y, _ in Reference.activation(function, y) })
  }
}

/// Everything twice: with 16 channels, which fill their blocks, and with 5, which do not.
let layerNetworks: [Network] =
  sameConvolutions + blockedNetworks(16) + blockedNetworks(5) + activations
