/// What the layers of a network are called: as the spec says; else, as Keras counts, by the word of their
/// kind and, from the second layer of that kind without a name on, a number: `conv2d`, `conv2d_1`.
struct LayerNames {
  let names: [String]
  private let layers: [LayerSettings]

  init(_ layers: [LayerSettings]) {
    self.layers = layers
    var counts: [LayerName: Int] = [:]
    names = layers.map { layer in
      if let name = layer.name { return name }
      let kind = layer.kind.name
      let count = counts[kind, default: 0]
      counts[kind] = count + 1
      return count == 0 ? kind.rawValue : "\(kind.rawValue)_\(count)"
    }
  }

  /// Layers without a name that are called what another one's name is, with the place of that one.
  /// Keras refuses such a network, too.
  var clashes: [(given: Int, automatic: Int)] {
    let automatic = Dictionary(
      layers.indices.filter { layers[$0].name == nil }.map { (names[$0], $0) }
    ) { first, _ in first }
    return layers.indices.compactMap { index in
      layers[index].name.flatMap { automatic[$0] }.map { (given: index, automatic: $0) }
    }
  }
}

extension ArchitectureSettings {
  /// The names of the layers that have weights, in their order: their weights are saved under these,
  /// and `plan --models` shows them.
  package var namesOfLayersWithWeights: [String] {
    zip(layers, LayerNames(layers).names).filter { $0.0.kind.name.hasWeights }.map(\.1)
  }

  /// Whether the spec gives names at all.
  package var hasNames: Bool { layers.contains { $0.name != nil } }
}

extension LayerName {
  /// Whether something of it is saved.
  var hasWeights: Bool {
    switch self {
    case .convolution2D, .dense, .batchNormalization: true
    case .maxPooling2D, .averagePooling2D, .globalAveragePooling2D, .flatten, .activation,
      .normalization, .rescaling, .dropout, .add, .concatenate:
      false
    }
  }
}
