import Engine
import Settings

extension Normalization: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    let channels = model.graph.shape(of: place.input)[1]
    return model.graph.channelTransform(
      place.input, .normalization(mean: mean, variance: variance, channels: channels))
  }
}

extension Rescaling: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    let channels = model.graph.shape(of: place.input)[1]
    return model.graph.channelTransform(
      place.input, .rescaling(scale: scale, offset: offset, channels: channels))
  }
}

extension LayerComputations {
  func build(_ settings: Normalization) -> any LayerComputation { settings }
  func build(_ settings: Rescaling) -> any LayerComputation { settings }
}
