import Settings

/// A network around one layer, so that an example of the layer is a whole spec.
enum LayerExample {
  /// The name of the layer before, where `inputs` name it.
  private static let before = "stem"

  /// A value of a layer's `inputs`.
  static func inputs(at path: String) -> String {
    let word = path.split(separator: ".").dropFirst(2).first.map(String.init) ?? ""
    let layer = Layer.alternatives.first { $0.word == word }?.preset
    return layer?.mergesInputs == true ? "[a, b]" : first.contains(word) ? "input" : before
  }

  /// The value of a layer that joins others; `nil` for what its declaration tells.
  static func value(at path: String) -> String? {
    let parts = path.split(separator: ".")
    guard parts.count == 3, path.hasPrefix("architecture.layers.") else { return nil }
    let layer = Layer.alternatives.first { $0.word == parts[2] }?.preset
    return layer?.mergesInputs == true ? "{ inputs: [a, b] }" : nil
  }

  /// The items of `architecture.layers`, one a line.
  ///
  /// - Parameters:
  ///   - word: The layer's word.
  ///   - item: The layer with its settings: `dense: { units: 64 }`.
  static func lines(of word: String, _ item: String) -> String {
    guard let layer = Layer.alternatives.first(where: { $0.word == word })?.preset else {
      return ""
    }
    let shape = takesImages(layer) ? image : LayerShape([image.count])
    let result = try? layer.layer.output(for: Array(repeating: shape, count: 2))
    var items = start(of: layer, isNamed: item.contains("inputs:")) + [item]
    if result?.isRow != true { items.append("flatten") }
    items.append("dense: 10")
    return items.map { "- \($0)" }.joined(separator: "\n")
  }

  /// Layers that a network begins with.
  private static let first = [Convolution2D.word, Normalization.word, Rescaling.word]

  private static let image = LayerShape([28, 28, 1])

  private static func takesImages(_ layer: Layer) -> Bool {
    (try? layer.layer.output(for: [image, image])) != nil || first.contains(layer.word)
  }

  /// What comes before a layer: what makes its inputs.
  private static func start(of layer: Layer, isNamed: Bool) -> [String] {
    func convolution(_ name: String?) -> String {
      let name = name.map { ", name: \($0)" } ?? ""
      return "conv2d: { filters: 32, kernel_size: 3, padding: same\(name) }"
    }
    if layer.mergesInputs { return [convolution("a"), convolution("b")] }
    if first.contains(layer.word) { return [] }
    if takesImages(layer) { return [convolution(isNamed ? before : nil)] }
    return [isNamed ? "flatten: { name: \(before) }" : "flatten"]
  }
}
