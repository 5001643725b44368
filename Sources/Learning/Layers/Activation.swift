import Engine
import Settings

extension ActivationLayer: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    guard let function = activation.function else { return place.input }
    return model.graph.activation(function, place.input)
  }
}

extension LayerComputations {
  func build(_ settings: ActivationLayer) -> any LayerComputation { settings }
}

extension ActivationName {
  /// The engine's function; `nil` for the one without effect.
  fileprivate var function: Activation? {
    switch self {
    case .linear: nil
    case .relu: .relu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .elu: .elu
    case .leakyReLU: .leakyReLU
    case .softplus: .softplus
    case .gelu: .gelu
    case .swish: .swish
    }
  }
}
