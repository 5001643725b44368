internal import CKernels

/// Weights that only change with the parameter vector.
struct WeightSource: Equatable {
  let name: String
  let shape: Shape
  /// Where the elements start in the vector.
  let offset: Int
  /// The normalization behind the convolution whose weights they are, where it is part of them.
  var folded: FoldedNormalization?
}

/// Places in the parameter vector of what a batch normalization with given moments does to the
/// weights and the bias of the convolution in front of it.
struct FoldedNormalization: Equatable {
  /// `nil` for a convolution without bias.
  let bias: Int?
  let gamma: Int
  let beta: Int
  let mean: Int
  let variance: Int
  let epsilon: Float

  /// y = (w x + b - mean) * scale + beta, with scale = gamma / sqrt(variance + epsilon): the weights
  /// times scale, and then the bias that is left.
  func fold(
    _ values: UnsafeMutableBufferPointer<Float>, weights: Int, _ shape: Shape,
    into result: UnsafeMutablePointer<Float>
  ) {
    let size = shape.count / shape[0]
    for o in 0..<shape[0] {
      let scale = values[gamma + o] / (values[variance + o] + epsilon).squareRoot()
      for i in o * size..<(o + 1) * size { result[i] = values[weights + i] * scale }
      let before = bias.map { values[$0 + o] } ?? 0
      result[shape.count + o] = (before - values[mean + o]) * scale + values[beta + o]
    }
  }
}

/// The form in which a step reads weights.
enum WeightForm: Equatable {
  /// Row-major; with a folded normalization the bias follows.
  case plain
  /// In the order of a matrix product, for a layer whose input is blocked or not, or, transposed, for
  /// its gradient at the input.
  case packed(isBlocked: Bool, transposed: Bool)
  /// Transformed for Winograd's algorithm, for the convolution or for its gradient at the input.
  case winograd(transposed: Bool)
}

/// Weights in a form other than the one they have in the vector.
final class WeightCopy {
  let source: WeightSource
  let form: WeightForm
  private let memory: AlignedMemory
  private let renew: () -> Void
  private unowned let parameters: ParameterVector
  private var seen = -1

  var address: UnsafeMutableRawPointer { memory.address }
  var byteCount: Int { memory.byteCount }

  init(
    of source: WeightSource, in parameters: ParameterVector, as form: WeightForm,
    _ kernels: nsl_instruction_set
  ) {
    self.source = source
    self.form = form
    self.parameters = parameters
    let shape = source.shape
    let original = Self.address(of: source, in: parameters, form, kernels)
    switch form {
    case .plain:
      memory = AlignedMemory(byteCount: (shape.count + shape[0]) * MemoryLayout<Float>.stride)
      let (values, result) = (parameters.values, memory.address.floats)
      guard let folded = source.folded else {
        preconditionFailure("\(source.name) is row-major in the vector already")
      }
      renew = { folded.fold(values, weights: source.offset, shape, into: result) }
    case .packed(let isBlocked, let transposed):
      let (weights, transposed) = (
        weightsShape(shape, isBlocked: isBlocked), transposed ? 1 : 0 as Int32
      )
      memory = AlignedMemory(
        byteCount: nsl_packed_count(weights, transposed) * MemoryLayout<Float>.stride)
      let result = memory.address.floats
      renew = { nsl_pack(kernels, original, transposed, result, weights) }
    case .winograd(let transposed):
      let (outputs, inputs) = (shape[0], shape[1])
      let count = nsl_winograd_weights_count(inputs, outputs)
      memory = AlignedMemory(byteCount: count * MemoryLayout<Float>.stride)
      let result = memory.address.floats
      renew = {
        nsl_winograd_weights(kernels, original, transposed ? 1 : 0, result, inputs, outputs)
      }
    }
  }

  /// The row-major weights: in the vector, or a copy that an executable renews before this one.
  private static func address(
    of source: WeightSource, in parameters: ParameterVector, _ form: WeightForm,
    _ kernels: nsl_instruction_set
  ) -> UnsafeMutablePointer<Float> {
    if source.folded != nil && form != .plain {
      return parameters.copy(of: source, as: .plain, on: kernels).address.floats
    }
    guard let base = parameters.values.baseAddress else {
      preconditionFailure("a parameter of an empty vector")
    }
    return base + source.offset
  }

  private var version: Int {
    source.folded == nil ? parameters.version : parameters.stateVersion
  }

  /// Whether the vector was written since the copy was renewed.
  var isStale: Bool { seen != version }

  /// Renews the copy where the vector was written since.
  func refresh() {
    guard isStale else { return }
    renew()
    seen = version
  }
}

extension Compiler {
  /// Where a value's elements come from, if they are weights: `nil` for what is computed in each run.
  func weightSource(_ value: Value) -> WeightSource? {
    let node = graph.nodes[value.node]
    switch node.operation {
    case .parameter(let number):
      let parameter = graph.parameters[number]
      return WeightSource(name: parameter.name, shape: parameter.shape, offset: parameter.offset)
    case .foldedNormalization(let epsilon) where value.output == 0:
      let places = node.inputs.map { placeInVector($0) }
      guard var source = weightSource(node.inputs[0]), let gamma = places[2], let beta = places[3],
        let mean = places[4], let variance = places[5]
      else { return nil }
      source.folded = FoldedNormalization(
        bias: places[1], gamma: gamma, beta: beta, mean: mean, variance: variance, epsilon: epsilon)
      return source
    default:
      return nil
    }
  }

  /// The index of a parameter's or a state's first element in the vector.
  private func placeInVector(_ value: Value) -> Int? {
    switch graph.nodes[value.node].operation {
    case .parameter(let number): graph.parameters[number].offset
    case .state(let number): graph.parameterCount + graph.states[number].offset
    default: nil
    }
  }
}
