import Engine
import Learning
import Settings

/// A network to measure, with the arithmetic that its definition asks for.
struct Network {
  let name: String
  let model: Model
  /// Floating-point operations per image, a multiplication and an addition each counting: all
  /// convolutions and dense layers, by their definitions.
  let forward: Double
  /// The share of the layers that see the images, whose gradient at the images only attacks need.
  let first: Double

  var plainStep: Double { 3 * forward - first }
  var nslStep: Double { 6 * forward - first }
  var gradientAtImages: Double { 2 * forward }

  init(_ name: String, _ architecture: Architecture) {
    self.name = name
    model = Model(architecture)
    var shapes: [LayerShape] = []
    var (forward, first) = (0.0, 0.0)
    let images = LayerShape(architecture.inputShape)
    for node in architecture.layers {
      let inputs = node.inputs.map { $0 == Architecture.images ? images : shapes[$0] }
      guard let output = try? node.layer.layer.output(for: inputs) else {
        fatalError("\(name): a layer that does not fit")
      }
      shapes.append(output)
      let perResult: Int
      switch node.layer.layer {
      case let layer as Convolution2D:
        perResult = inputs[0].channels * layer.kernelSize.height * layer.kernelSize.width
      case is Dense: perResult = inputs[0].count
      default: continue
      }
      let operations = 2 * Double(perResult) * Double(output.count)
      forward += operations
      if node.inputs.contains(Architecture.images) { first += operations }
    }
    (self.forward, self.first) = (forward, first)
  }

  /// The tutorial's form of network, on 28x28 images of one channel.
  static func tutorial(_ filters: [Int] = [32, 64, 64]) -> Network {
    Network(
      "filters \(filters)",
      Architecture(
        inputShape: [28, 28, 1], classes: 10,
        ConvolutionalNetwork(convFilters: filters, numFCUnits: [64])))
  }

  /// Three residual blocks of 16, 32 and 64 channels with batch normalization, on 32x32 images of
  /// three channels.
  ///
  /// - Source: He et al. 2016, arXiv:1512.03385, section 4.2, with one block instead of n of a kind
  ///   and 1x1 convolutions in the shortcuts.
  static var resnet8: Network {
    var layers: [Architecture.Node] = []
    func add(_ layer: any LayerDeclaration, _ inputs: Int...) -> Int {
      layers.append(Architecture.Node(Layer(layer), inputs: inputs))
      return layers.count - 1
    }
    func convolution(_ filters: Int, _ extent: Int, _ stride: Int, _ input: Int) -> Int {
      let convolution = add(
        Convolution2D(
          filters: filters, kernelSize: Extent(extent), strides: Extent(stride), padding: .same),
        input)
      return add(BatchNormalization(), convolution)
    }
    var x = add(ActivationLayer(.relu), convolution(16, 3, 1, Architecture.images))
    for filters in [16, 32, 64] {
      let stride = filters == 16 ? 1 : 2
      let shortcut = filters == 16 ? x : convolution(filters, 1, stride, x)
      let inner = add(ActivationLayer(.relu), convolution(filters, 3, stride, x))
      let sum = add(Add(), convolution(filters, 3, 1, inner), shortcut)
      x = add(ActivationLayer(.relu), sum)
    }
    let pooled = add(GlobalAveragePooling2D(), x)
    _ = add(Dense(units: 10), pooled)
    return Network(
      "ResNet-8, 32x32x3",
      Architecture(inputShape: [32, 32, 3], classes: 10, layers: layers))
  }
}
