/// A network: layers in an order in which each follows its inputs, the last one giving logits.
///
/// Networks that compute the same in the same order are equal, whichever form their specs have:
/// activations are layers of their own, layers without effect are left out, nothing has a name.
package struct Architecture: Codable, Hashable, Sendable {
  /// A layer and where what goes into it comes from.
  package struct Node: Codable, Hashable, Sendable {
    package var layer: Layer
    /// Indices of layers; ``images`` for the images.
    package var inputs: [Int]

    package init(_ layer: Layer, inputs: [Int]) {
      self.layer = layer
      self.inputs = inputs
    }
  }

  /// The index that stands for the images among a layer's inputs.
  package static let images = -1

  /// Height, width, channels of the images.
  package var inputShape: [Int]
  package var classes: Int
  package var layers: [Node]

  package init(inputShape: [Int], classes: Int, layers: [Node]) {
    self.inputShape = inputShape
    self.classes = classes
    self.layers = layers
  }

  /// A network in which each layer's input is the layer before.
  package init(inputShape: [Int], classes: Int, sequence: [any LayerDeclaration]) {
    self.init(
      inputShape: inputShape, classes: classes,
      layers: sequence.enumerated().map { Node(Layer($1), inputs: [$0 - 1]) })
  }
}

extension Architecture {
  /// A network of the HParams form.
  package init(inputShape: [Int], classes: Int, _ network: ConvolutionalNetwork) {
    self =
      ArchitectureSettings(inputShape: inputShape, numClasses: classes, form: .hparams(network))
      .architecture
  }
}

extension ArchitectureSettings {
  /// The network without what does not change it.
  package var architecture: Architecture {
    var nodes: [Architecture.Node] = []
    /// For each layer of the spec the one that gives its result.
    var places: [Int] = []
    for layer in layers {
      let inputs = layer.inputs.map { $0 < 0 ? $0 : places[$0] }
      let parts = layer.layer.layer.parts
      for (number, part) in parts.enumerated() {
        nodes.append(
          Architecture.Node(
            Layer(part), inputs: number == 0 ? inputs : [nodes.count - 1]))
      }
      places.append(parts.isEmpty ? inputs[0] : nodes.count - 1)
    }
    return Architecture(inputShape: inputShape, classes: numClasses, layers: nodes)
  }
}

extension ConvolutionalNetwork {
  /// The network of the HParams form that this one is, if there is one.
  package init?(_ architecture: Architecture) {
    self.init()
    (convFilters, numFCUnits) = ([], [])
    for node in architecture.layers {
      switch node.layer.layer {
      case let layer as Convolution2D:
        convFilters.append(layer.filters)
        kernelSize = layer.kernelSize
      case let layer as MaxPooling2D: poolSize = layer.poolSize
      case let layer as Dense: numFCUnits.append(layer.units)
      default: break
      }
    }
    guard !convFilters.isEmpty, numFCUnits.popLast() == architecture.classes else { return nil }
    let candidate = ArchitectureSettings(
      inputShape: architecture.inputShape, numClasses: architecture.classes, form: .hparams(self))
    guard candidate.architecture == architecture else { return nil }
  }
}

extension Architecture {
  /// Whether a model can be made of it; what a damaged file may say, too, is safe to ask.
  package var isPossible: Bool {
    func isSize(_ number: Int) -> Bool { (1...1 << 16).contains(number) }
    guard inputShape.count == 3, inputShape.allSatisfy(isSize), isSize(classes), !layers.isEmpty
    else { return false }
    var shapes: [LayerShape] = []
    for (index, node) in layers.enumerated() {
      guard !node.inputs.isEmpty, node.inputs.allSatisfy({ $0 >= Self.images && $0 < index }),
        node.layer.mergesInputs || node.inputs.count == 1, node.layer.settings.problem == nil
      else { return false }
      let inputs = node.inputs.map { $0 < 0 ? LayerShape(inputShape) : shapes[$0] }
      // The caps keep sums and products of what a damaged file may say inside an integer.
      guard let output = try? node.layer.layer.output(for: inputs), output.count <= 1 << 30,
        node.layer.layer.weights(for: inputs[0]).allSatisfy({ $0.count <= 1 << 56 })
      else { return false }
      shapes.append(output)
    }
    return shapes.last?.dimensions == [classes]
  }
}
