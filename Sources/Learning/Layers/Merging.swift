import Engine
import Settings

extension Add: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    place.inputs.dropFirst().reduce(place.input) { model.graph.add($0, $1) }
  }
}

extension Concatenate: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    model.graph.concatenate(place.inputs)
  }
}

extension LayerComputations {
  func build(_ settings: Add) -> any LayerComputation { settings }
  func build(_ settings: Concatenate) -> any LayerComputation { settings }
}
