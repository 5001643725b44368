import Engine

extension Architecture {
  /// Whether a model can be made of it; what a damaged file may say, too, is safe to ask.
  package var isPossible: Bool {
    guard isSize(input), isSize(inputChannels), isSize(classes), !layers.isEmpty else {
      return false
    }
    let images = LayerShape(shape: [inputChannels, input.height, input.width])
    var shapes: [LayerShape] = []
    for (index, node) in layers.enumerated() {
      guard !node.inputs.isEmpty,
        node.inputs.allSatisfy({ $0 >= Architecture.images && $0 < index })
      else { return false }
      let inputs = node.inputs.map { $0 < 0 ? images : shapes[$0] }
      guard node.layer.isPossible, fits(node.layer, inputs),
        node.layer.weightCount(for: inputs[0]) <= 0x1p56
      else { return false }
      let output = node.layer.outputShape(for: inputs)
      guard output.shape.count <= 1 << 30 else { return false }
      shapes.append(output)
    }
    return shapes.last?.isRow == true && shapes.last?.shape.count == classes
  }

  private func fits(_ layer: Layer, _ inputs: [LayerShape]) -> Bool {
    let input = inputs[0]
    let isImage = !input.isRow
    switch layer {
    case .convolution2D(_, let window, _, let padding, _),
      .maxPooling2D(let window, _, let padding), .averagePooling2D(let window, _, let padding):
      return inputs.count == 1 && isImage
        && (padding == .same
          || window.height <= input.shape[1] && window.width <= input.shape[2])
    case .globalAveragePooling2D: return inputs.count == 1 && isImage
    case .dense: return inputs.count == 1 && !isImage
    case .flatten, .activation, .batchNormalization, .dropout: return inputs.count == 1
    case .normalization(let first, let second), .rescaling(let first, let second):
      return inputs.count == 1
        && [first, second].allSatisfy { [1, layer.channels(of: input)].contains($0.count) }
    case .add:
      return inputs.allSatisfy {
        isImage ? $0 == input : $0.isRow && $0.shape.count == input.shape.count
      }
    case .concatenate:
      return inputs.allSatisfy {
        isImage
          ? !$0.isRow && $0.shape.dimensions.dropFirst() == input.shape.dimensions.dropFirst()
          : $0.isRow
      }
    }
  }
}

// The caps keep sums and products of what a damaged file may say inside an integer.
private func isSize(_ number: Int) -> Bool { (1...1 << 16).contains(number) }
private func isSize(_ extent: Extent) -> Bool { isSize(extent.height) && isSize(extent.width) }

extension Layer {
  /// Whether its settings are in range.
  fileprivate var isPossible: Bool {
    switch self {
    case .convolution2D(let filters, let kernel, let strides, _, _):
      isSize(filters) && isSize(kernel) && isSize(strides)
    case .maxPooling2D(let window, let strides, _), .averagePooling2D(let window, let strides, _):
      isSize(window) && isSize(strides)
    case .dense(let units, _): isSize(units)
    case .batchNormalization(let momentum, let epsilon):
      (0...1).contains(momentum) && epsilon > 0 && epsilon.isFinite
    case .normalization(let mean, let variance):
      (mean + variance).allSatisfy { Float($0).isFinite } && variance.allSatisfy { $0 >= 0 }
    case .rescaling(let scale, let offset):
      (scale + offset).allSatisfy { Float($0).isFinite }
    case .dropout(let rate): (0..<1).contains(rate)
    case .globalAveragePooling2D, .flatten, .activation, .add, .concatenate: true
    }
  }

  /// How many weights a convolution or a dense layer has, about.
  fileprivate func weightCount(for input: LayerShape) -> Double {
    switch self {
    case .convolution2D(let filters, let kernel, _, _, _):
      Double(filters) * Double(input.shape[0]) * Double(kernel.height) * Double(kernel.width)
    case .dense(let units, _): Double(units) * Double(input.shape.count)
    default: 0
    }
  }
}
