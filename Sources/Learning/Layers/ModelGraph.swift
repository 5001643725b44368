package import Engine
package import Settings

/// What a model's run is for: batch normalization and dropout differ.
package enum Mode: Sendable {
  case training
  case inference
}

/// A graph that a model's layers are being added to.
struct ModelGraph {
  var graph: Graph
  let mode: Mode
  /// `[N, 5]`: each example's random stream; `nil` where nothing is drawn.
  let streams: Value?
  /// Whether gradients at the weights will be asked for.
  let isTrained: Bool
  /// What more than one layer reads.
  var shared: Set<Value> = []
  /// The batch's moments, of each normalization in training mode.
  var moments: [BatchMoments] = []
  /// Tells dropout layers apart.
  var draws = 0
}

/// Where a batch's mean and variance are found, and which moving averages they go to.
struct BatchMoments {
  let mean: Value
  let variance: Value
  /// `C`.
  let channels: Int
  /// The index of the moving mean among the states; the moving variance follows it.
  let offset: Int
  let momentum: Double
  /// What the variance is multiplied with.
  let correction: Double
}

/// A layer's place in a graph.
struct LayerPlace {
  /// Each `[N] + shape`, as images or rows, whatever the layer reads.
  let inputs: [Value]
  /// What is trained, in the order of the layer's declaration.
  let weights: [Value]
  /// What is kept and not trained.
  let state: [Value]
  /// The index of the first state among those of all layers.
  let stateOffset: Int

  var input: Value { inputs[0] }
}

/// How a layer computes its result.
protocol LayerComputation: Sendable {
  /// Adds the layer.
  ///
  /// - Returns: `[N]` and the layer's output shape.
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value
}

/// The computations of all layers; each is in the file of its layer.
struct LayerComputations: LayerBuilder {}

extension Layer {
  var computation: any LayerComputation { layer.build(with: LayerComputations()) }
}

extension LayerShape {
  /// `[C, H, W]` or `[I]`: an image stands for a row where it was flattened, but its elements were
  /// left where they are, because the dense layer that follows reads them there.
  package var engineShape: Shape {
    let image = image ?? dimensions
    return image.count == 3 ? [image[2], image[0], image[1]] : Shape(dimensions)
  }
}
