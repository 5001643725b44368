import Engine
import Settings

extension Flatten: LayerComputation {
  /// What reads rows lays the image out as one.
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value { place.input }
}

extension LayerComputations {
  func build(_ settings: Flatten) -> any LayerComputation { settings }
}
