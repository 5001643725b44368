package import Engine

/// A classifier: layers from images to logits. A value without weights; they are a flat vector `[P]`
/// of their own.
package struct Model: Sendable {
  package let architecture: Architecture
  /// `[C, H, W]`.
  package let inputShape: Shape
  package let layers: [any Layer]
  /// All layers' weights, in the order in which they lie in the flat vector.
  package let weights: [Weight]

  /// Precondition: every kernel and window fits its input.
  package init(_ architecture: Architecture) {
    self.architecture = architecture
    layers = architecture.layers
    inputShape = [
      architecture.inputChannels, architecture.input.height, architecture.input.width,
    ]
    var shape = inputShape
    var weights: [Weight] = []
    for layer in layers {
      weights += layer.weights(for: shape)
      shape = layer.outputShape(for: shape)
    }
    self.weights = weights
  }

  /// `K`.
  package var classes: Int { architecture.classes }

  /// `P`.
  package var parameterCount: Int { weights.reduce(0) { $0 + $1.shape.count } }

  /// Adds all layers and their parameters.
  ///
  /// - Parameter images: `[N, C, H, W]`.
  /// - Returns: Logits, `[N, K]`.
  package func addLogits(to graph: inout Graph, images: Value) -> Value {
    var value = images
    var shape = inputShape
    for layer in layers {
      let weights = layer.weights(for: shape).map { graph.parameter($0.name, $0.shape) }
      value = layer.add(to: &graph, input: value, weights: weights)
      shape = layer.outputShape(for: shape)
    }
    return value
  }

  /// The weights before training, `[P]`: each weight from a random stream of its own.
  package func initialParameters(seed: Int) -> [Float] {
    var parameters: [Float] = []
    parameters.reserveCapacity(parameterCount)
    for (index, weight) in weights.enumerated() {
      switch weight.initializer {
      case .zeros:
        parameters.append(contentsOf: repeatElement(0, count: weight.shape.count))
      case .glorotUniform(let fanIn, let fanOut):
        let limit = (6 / Float(fanIn + fanOut)).squareRoot()
        var stream = RandomStream(seed: seed, purpose: .initialization, example: index)
        for _ in 0..<weight.shape.count { parameters.append(stream.uniform(in: -limit...limit)) }
      }
    }
    return parameters
  }
}
