import Engine
import Settings

extension Dropout: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    guard model.mode == .training, rate > 0, let streams = model.streams else {
      return place.input
    }
    model.draws += 1
    return model.graph.dropout(
      place.input, streams: streams, rate: Float(rate), draw: model.draws)
  }
}

extension LayerComputations {
  func build(_ settings: Dropout) -> any LayerComputation { settings }
}
