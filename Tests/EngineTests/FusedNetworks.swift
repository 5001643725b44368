import Engine

/// Images -> a convolution -> what is tested, `[N, F, 6, 8]` -> dense. `kernels` more convolutions of
/// 3x3 between equal numbers of filters and `vectors` pairs of gamma and beta follow in the weights.
private func fusedNetwork(
  _ name: String, filters: Int, kernels: Int = 0, vectors: Int = 0,
  build: @escaping @Sendable (inout Graph, Value, [(Value, Value)]) -> Value,
  reference:
    @escaping @Sendable (Reference.Array4, [(Reference.Array4, [Double])]) -> Reference.Array4
) -> Network {
  Network(
    name: "\(name), \(filters) channels", input: [3, 2, 6, 8],
    weights: [[filters, 2, 3, 3], [3, filters, 6, 8]]
      + Array(repeating: [filters, filters, 3, 3], count: kernels)
      + Array(repeating: [filters], count: vectors),
    build: { graph, x, p in
      let pairs = stride(from: 0, to: p.count, by: 2).map { (p[$0], p[$0 + 1]) }
      let y = graph.convolution2D(x, weights: p[0], bias: p[1], padding: (1, 1))
      let result = build(&graph, y, Array(pairs[2...]))
      return graph.dense(result, weights: p[2], bias: p[3])
    },
    reference: { x, p in
      let y = same(x, p[0])
      return Reference.dense(reference(y, Array(p[2...])), p[1].0, p[1].1)
    })
}

private func same(_ x: Reference.Array4, _ w: (Reference.Array4, [Double])) -> Reference.Array4 {
  Reference.convolution(x, w.0, w.1, strides: (1, 1), padding: (1, 1))
}

private func normalized(
  _ x: Reference.Array4, _ p: (Reference.Array4, [Double])
) -> Reference.Array4 {
  Reference.batchNormalization(
    x, gamma: p.0.values, beta: p.1, moments: Reference.moments(x))
}

extension Graph {
  fileprivate mutating func same(_ x: Value, _ w: (Value, Value)) -> Value {
    convolution2D(x, weights: w.0, bias: w.1, padding: (1, 1))
  }

  fileprivate mutating func normalized(_ x: Value, _ p: (Value, Value)) -> Value {
    batchNormalization(x, gamma: p.0, beta: p.1, epsilon: 1e-3).y
  }
}

private func networks(_ filters: Int) -> [Network] {
  [
    fusedNetwork(
      "normalization and ReLU", filters: filters, vectors: 1,
      build: { graph, y, p in graph.relu(graph.normalized(y, p[0])) },
      reference: { y, p in Reference.relu(normalized(y, p[0])) }),
    fusedNetwork(
      "normalization of which both signs are used", filters: filters, vectors: 1,
      build: { graph, y, p in
        let z = graph.normalized(y, p[0])
        return graph.add(graph.relu(z), graph.activation(.tanh, z))
      },
      reference: { y, p in
        let z = normalized(y, p[0])
        return Reference.add(Reference.relu(z), Reference.activation(.tanh, z))
      }),
    fusedNetwork(
      "a residual block with normalizations", filters: filters, kernels: 2, vectors: 3,
      build: { graph, y, p in
        let x = graph.relu(graph.normalized(y, p[2]))
        let inner = graph.relu(graph.normalized(graph.same(x, p[0]), p[3]))
        return graph.relu(graph.add(graph.normalized(graph.same(inner, p[1]), p[4]), x))
      },
      reference: { y, p in
        let x = Reference.relu(normalized(y, p[2]))
        let inner = Reference.relu(normalized(same(x, p[0]), p[3]))
        return Reference.relu(Reference.add(normalized(same(inner, p[1]), p[4]), x))
      }),
    fusedNetwork(
      "a residual block with a normalized shortcut behind", filters: filters, kernels: 2,
      vectors: 2,
      build: { graph, y, p in
        let main = graph.normalized(graph.same(graph.relu(y), p[0]), p[2])
        let shortcut = graph.normalized(graph.same(y, p[1]), p[3])
        return graph.relu(graph.add(main, shortcut))
      },
      reference: { y, p in
        let main = normalized(same(Reference.relu(y), p[0]), p[2])
        return Reference.relu(Reference.add(main, normalized(same(y, p[1]), p[3])))
      }),
    fusedNetwork(
      "a residual block without normalization", filters: filters, kernels: 2,
      build: { graph, y, p in
        let x = graph.relu(y)
        let inner = graph.relu(graph.same(x, p[0]))
        return graph.relu(graph.add(x, graph.same(inner, p[1])))
      },
      reference: { y, p in
        let x = Reference.relu(y)
        return Reference.relu(Reference.add(x, same(Reference.relu(same(x, p[0])), p[1])))
      }),
    fusedNetwork(
      "a sum that is used before ReLU and behind it", filters: filters, kernels: 1,
      build: { graph, y, p in
        let sum = graph.add(graph.same(y, p[0]), y)
        return graph.add(graph.relu(sum), graph.activation(.tanh, sum))
      },
      reference: { y, p in
        let sum = Reference.add(same(y, p[0]), y)
        return Reference.add(Reference.relu(sum), Reference.activation(.tanh, sum))
      }),
    fusedNetwork(
      "a convolution added to itself", filters: filters, kernels: 1,
      build: { graph, y, p in
        let z = graph.same(graph.relu(y), p[0])
        return graph.relu(graph.add(z, z))
      },
      reference: { y, p in
        let z = same(Reference.relu(y), p[0])
        return Reference.relu(Reference.add(z, z))
      }),
  ]
}

/// Everything that steps take over from their neighbors: with 16 channels, which Winograd's algorithm
/// takes, and with 5, which do not fill their block.
let fusedNetworks: [Network] = networks(16) + networks(5)
