/// A network's layers as YAML, one a line, with every setting.
struct LayersText {
  private let layers: [LayerSettings]
  private let names: [String?]

  init(_ layers: [LayerSettings]) {
    self.layers = layers
    names = layers.map(\.name)
  }

  var lines: [String] { layers.indices.map(line) }

  private func line(_ index: Int) -> String {
    let layer = layers[index]
    var settings = settings(of: layer.kind)
    if let name = layer.name { settings.append("\(LayerSection.name.name): \(quoted(name))") }
    if layer.kind.name.merges || layer.inputs != [index - 1] {
      let inputs = layer.inputs.map { $0 < 0 ? LayersDecoder.images : quoted(names[$0] ?? "") }
      settings.append("\(LayerSection.inputs.name): [\(inputs.joined(separator: ", "))]")
    }
    let word = layer.kind.name.rawValue
    return settings.isEmpty ? word : "\(word): { \(settings.joined(separator: ", ")) }"
  }

  private func settings(of kind: LayerKind) -> [String] {
    func text<Value>(_ key: Key<Value>, _ value: Value) -> String {
      "\(key.name): \(key.type.encode(value))"
    }
    func text<Value>(_ key: OptionalKey<Value>, _ value: Value) -> String {
      "\(key.name): \(key.type.encode(value))"
    }
    switch kind {
    case .convolution2D(let filters, let kernel, let strides, let padding, let function, let bias):
      return [
        text(LayerSection.filters, filters), text(LayerSection.kernelSize, kernel),
        text(LayerSection.strides, strides), text(LayerSection.convolutionPadding, padding),
        text(LayerSection.activation, function), text(LayerSection.useBias, bias),
      ]
    case .maxPooling2D(let size, let strides, let padding),
      .averagePooling2D(let size, let strides, let padding):
      return [
        text(LayerSection.poolSize, size), text(LayerSection.poolStrides, strides),
        text(LayerSection.poolPadding, padding),
      ]
    case .dense(let units, let function, let bias):
      return [
        text(LayerSection.units, units), text(LayerSection.activation, function),
        text(LayerSection.useBias, bias),
      ]
    case .activation(let function): return [text(LayerSection.function, function)]
    case .batchNormalization(let momentum, let epsilon):
      return [text(LayerSection.momentum, momentum), text(LayerSection.epsilon, epsilon)]
    case .normalization(let mean, let variance):
      return [text(LayerSection.mean, mean), text(LayerSection.variance, variance)]
    case .rescaling(let scale, let offset):
      return [text(LayerSection.scale, scale), text(LayerSection.offset, offset)]
    case .dropout(let rate): return [text(LayerSection.rate, rate)]
    case .globalAveragePooling2D, .flatten, .add, .concatenate: return []
    }
  }
}
