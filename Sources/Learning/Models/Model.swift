package import Engine
package import Settings

/// A classifier: layers from images to logits. A value without weights; they are a flat vector of
/// their own: what is trained, `[P]`, then what is not, `[S]`.
package struct Model: Sendable {
  /// A layer in its place.
  package struct Node: Sendable {
    package let layer: Layer
    /// As the spec calls it if it has weights, else as Keras counts.
    package let name: String
    package let inputs: [Int]
    package let output: LayerShape
    /// Whether images that come in are laid out as rows first.
    package let readsRows: Bool
    /// Of the model's weights, and of its state.
    package let weights: Range<Int>
    package let state: Range<Int>
  }

  package let architecture: Architecture
  /// `[C, H, W]`.
  package let inputShape: Shape
  package let nodes: [Node]
  /// All layers' trained weights, in the order in which they lie in the flat vector.
  package let weights: [Weight]
  /// What is kept with them but not trained, in the same order: moving averages.
  package let state: [Weight]

  /// Of the layers that have weights, in their order.
  package let layerNames: [String]

  /// Precondition: every layer fits its inputs.
  ///
  /// - Parameter layerNames: Of the layers that have weights, in their order, no two alike; by default
  ///   as Keras counts: `conv2d`, `conv2d_1`, ...
  package init(_ architecture: Architecture, layerNames: [String]? = nil) {
    self.architecture = architecture
    let images = LayerShape(architecture.inputShape)
    inputShape = images.engineShape
    var (nodes, weights, state): ([Node], [Weight], [Weight]) = ([], [], [])
    var counter = LayerCounter()
    var names: [String] = []
    for node in architecture.layers {
      let inputs = node.inputs.map { $0 < 0 ? images : nodes[$0].output }
      var name = counter.next(node.layer)
      if node.layer.hasWeights {
        name = layerNames?[names.count] ?? name
        names.append(name)
      }
      let layer = node.layer.layer
      let declared = layer.weights(for: inputs[0])
      let own = declared.filter(\.isTrained).map { Weight($0, of: name) }
      let kept = declared.filter { !$0.isTrained }.map { Weight($0, of: name) }
      guard let output = try? layer.output(for: inputs) else {
        preconditionFailure("\(name) does not fit its input")
      }
      nodes.append(
        Node(
          layer: node.layer, name: name, inputs: node.inputs, output: output,
          readsRows: layer.readsRows(inputs),
          weights: weights.count..<weights.count + own.count,
          state: state.count..<state.count + kept.count))
      weights += own
      state += kept
    }
    (self.nodes, self.weights, self.state) = (nodes, weights, state)
    self.layerNames = names
    precondition(
      nodes.last?.output.dimensions == [architecture.classes],
      "the last layer gives one logit for each class")
  }

  /// `K`.
  package var classes: Int { architecture.classes }

  /// `P`.
  package var parameterCount: Int { weights.reduce(0) { $0 + $1.shape.count } }

  /// `S`.
  package var stateCount: Int { state.reduce(0) { $0 + $1.shape.count } }

  /// Whether training draws random numbers inside of the model.
  package var hasDropout: Bool {
    nodes.contains { ($0.layer.layer as? Dropout).map { $0.rate > 0 } ?? false }
  }

  /// Adds all layers and their parameters.
  ///
  /// - Parameter images: `[N, C, H, W]`.
  /// - Returns: Logits, `[N, K]`.
  func addLogits(to model: inout ModelGraph, images: Value) -> Value {
    var values: [Value] = []
    let readers = Dictionary(nodes.flatMap { $0.inputs.map { ($0, 1) } }, uniquingKeysWith: +)
    for (index, node) in nodes.enumerated() {
      let inputs = node.inputs.map { input in
        let value = input < 0 ? images : values[input]
        return node.readsRows ? model.graph.flatten(value) : value
      }
      let parameters = weights[node.weights].map { model.graph.parameter($0.name, $0.shape) }
      let offset = model.graph.stateCount
      let kept = state[node.state].map { model.graph.state($0.name, $0.shape) }
      values.append(
        node.layer.computation.add(
          to: &model,
          at: LayerPlace(inputs: inputs, weights: parameters, state: kept, stateOffset: offset)))
      if readers[index, default: 0] > 1 { model.shared.insert(values[index]) }
    }
    return model.graph.flatten(values[values.count - 1])
  }

  /// The weights before training, `[P + S]`: each weight from a random stream of its own.
  package func initialParameters(seed: Int) -> [Float] {
    var parameters: [Float] = []
    parameters.reserveCapacity(parameterCount + stateCount)
    for (index, weight) in (weights + state).enumerated() {
      switch weight.initializer {
      case .zeros:
        parameters.append(contentsOf: repeatElement(0, count: weight.shape.count))
      case .ones:
        parameters.append(contentsOf: repeatElement(1, count: weight.shape.count))
      case .glorotUniform(let fanIn, let fanOut):
        let limit = (6 / Float(fanIn + fanOut)).squareRoot()
        var stream = RandomStream(seed: seed, purpose: .initialization, example: index)
        for _ in 0..<weight.shape.count { parameters.append(stream.uniform(in: -limit...limit)) }
      }
    }
    return parameters
  }
}
