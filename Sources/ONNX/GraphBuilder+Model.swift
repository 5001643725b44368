import Engine
import Learning
import Settings

extension GraphBuilder {
  /// Adds all layers of a model and their weights.
  ///
  /// - Parameter parameters: `[P + S]`, in the model's order.
  /// - Returns: The logits.
  mutating func add(_ model: Model, _ parameters: [Float]) -> GraphValue {
    let all = model.weights + model.state
    var offset = 0
    let parts = all.map { weight in
      defer { offset += weight.shape.count }
      return parameters[offset..<offset + weight.shape.count]
    }
    var values: [GraphValue] = []
    let images = GraphValue(name: ONNXModel.input, shape: model.inputShape.dimensions)
    for node in model.nodes {
      let own = Array(node.weights) + node.state.map { model.weights.count + $0 }
      let names = own.map { index in
        let weight = all[index]
        var shape = weight.shape.dimensions
        // A dense layer's weights are a matrix, also where its input is an image.
        if node.layer.layer is Dense, shape.count > 2 {
          shape = [shape[0], shape.dropFirst().reduce(1, *)]
        }
        return tensor(parts[index], shape: shape, named: weight.name)
      }
      let inputs = node.inputs.map { input in
        let value = input < 0 ? images : values[input]
        return node.readsRows ? row(value) : value
      }
      let place = NodePlace(
        inputs: inputs, name: node.name, weights: names,
        output: node.output.engineShape.dimensions)
      var value = node.layer.layer.build(with: LayerNodesBuilder())(&self, place)
      value.shape = place.output
      values.append(value)
    }
    return row(values[values.count - 1])
  }
}
