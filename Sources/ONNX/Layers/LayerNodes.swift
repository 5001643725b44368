import Settings

/// A layer's place in a graph.
struct NodePlace {
  /// Images or rows, whatever the layer reads.
  let inputs: [GraphValue]
  /// The layer's.
  let name: String
  /// What is trained, then what is kept with it, in the order of the layer's declaration: names of
  /// tensors.
  let weights: [String]
  /// `[C, H, W]` or `[I]`.
  let output: [Int]

  var input: GraphValue { inputs[0] }
}

/// Adds the nodes that compute a layer outside of training.
typealias LayerNodes = (inout GraphBuilder, NodePlace) -> GraphValue

/// Every layer as nodes of ONNX; a new layer does not compile until it is here.
///
/// - Source: https://onnx.ai/onnx/operators/, in the versions of ``ONNXModel/operatorSet``.
struct LayerNodesBuilder: LayerBuilder {
  func build(_ settings: Flatten) -> LayerNodes {
    // What reads rows lays the image out as one.
    { _, place in place.input }
  }

  func build(_ settings: Dropout) -> LayerNodes {
    // It does nothing outside of training.
    { _, place in place.input }
  }

  func build(_ settings: Dense) -> LayerNodes {
    { graph, place in
      // The weights are in the order in which a flattened image lies.
      graph.node(
        "Gemm", [graph.flat(place.input).name] + place.weights, named: place.name,
        shape: place.output, [("transB", .integer(1))])
    }
  }

  func build(_ settings: BatchNormalization) -> LayerNodes {
    { graph, place in
      graph.node(
        "BatchNormalization", [place.input.name] + place.weights, named: place.name,
        shape: place.output, [("epsilon", .float(Float(settings.epsilon)))])
    }
  }

  func build(_ settings: Add) -> LayerNodes {
    { graph, place in
      place.inputs.dropFirst().reduce(place.input) {
        graph.node("Add", [$0.name, $1.name], named: place.name, shape: place.output)
      }
    }
  }

  func build(_ settings: Concatenate) -> LayerNodes {
    { graph, place in
      graph.node(
        "Concat", place.inputs.map(\.name), named: place.name, shape: place.output,
        [("axis", .integer(1))])
    }
  }
}
