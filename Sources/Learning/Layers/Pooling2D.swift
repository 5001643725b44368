import Engine
import Settings

extension MaxPooling2D: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    let strides = strides ?? poolSize
    return model.graph.maxPooling2D(
      place.input, window: poolSize.pair, strides: strides.pair,
      border: model.border(place.input, poolSize, strides, padding))
  }
}

extension AveragePooling2D: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    let strides = strides ?? poolSize
    return model.graph.averagePooling2D(
      place.input, window: poolSize.pair, strides: strides.pair,
      border: model.border(place.input, poolSize, strides, padding))
  }
}

extension GlobalAveragePooling2D: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    let shape = model.graph.shape(of: place.input)
    let whole = (shape[2], shape[3])
    return model.graph.averagePooling2D(place.input, window: whole, strides: whole)
  }
}

extension LayerComputations {
  func build(_ settings: MaxPooling2D) -> any LayerComputation { settings }
  func build(_ settings: AveragePooling2D) -> any LayerComputation { settings }
  func build(_ settings: GlobalAveragePooling2D) -> any LayerComputation { settings }
}
