/// What the layers of a network are called: as the spec says; else, as Keras counts, by the word of
/// their kind and, from the second layer of that kind without a name on, a number: `conv2d`,
/// `conv2d_1`.
package struct LayerNames {
  package let names: [String]
  private let layers: [LayerSettings]

  package init(_ layers: [LayerSettings]) {
    self.layers = layers
    var counter = LayerCounter()
    names = layers.map { $0.name ?? counter.next($0.layer) }
  }

  /// Layers without a name that are called what another one's name is, with the place of that one.
  /// Keras refuses such a network, too.
  package var clashes: [(given: Int, automatic: Int)] {
    let automatic = Dictionary(
      layers.indices.filter { layers[$0].name == nil }.map { (names[$0], $0) }
    ) { first, _ in first }
    return layers.indices.compactMap { index in
      layers[index].name.flatMap { automatic[$0] }.map { (given: index, automatic: $0) }
    }
  }
}

/// Names layers as Keras counts them.
package struct LayerCounter {
  private var counts: [String: Int] = [:]

  package init() {}

  /// `conv2d`, then `conv2d_1`.
  package mutating func next(_ layer: Layer) -> String {
    let count = counts[layer.word, default: 0]
    counts[layer.word] = count + 1
    return count == 0 ? layer.word : "\(layer.word)_\(count)"
  }
}

extension ArchitectureSettings {
  /// The names of the layers that have weights, in their order: their weights are saved under these,
  /// and `plan --models` shows them.
  package var namesOfLayersWithWeights: [String] {
    zip(layers, LayerNames(layers).names).filter { $0.0.layer.hasWeights }.map(\.1)
  }

  /// The same where the spec gives names; `nil` where it leaves them to counting.
  package var givenNames: [String]? {
    layers.contains { $0.name != nil } ? namesOfLayersWithWeights : nil
  }
}
