import Engine
import Settings

extension Dense: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    let bias = place.weights.count > 1 ? place.weights[1] : model.graph.zeros([units])
    return model.graph.dense(place.input, weights: place.weights[0], bias: bias)
  }
}

extension LayerComputations {
  func build(_ settings: Dense) -> any LayerComputation { settings }
}
