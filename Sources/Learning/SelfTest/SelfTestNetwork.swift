internal import Settings

/// A network of the self-test. Together they have every kind of layer, in shapes that different kernels
/// compute.
struct SelfTestNetwork: Sendable {
  let name: String
  let architecture: Architecture
  /// Those of its passes.
  var batchSizes = [1, 2, 5, 16, 33]
  var works: Set<SelfTestWork> = [.passes]

  static let all = [
    SelfTestNetwork(
      name: "tutorial", architecture: tutorial, batchSizes: [1, 7, 32, 64],
      works: Set(SelfTestWork.allCases)),
    SelfTestNetwork(
      name: "residual", architecture: residual, batchSizes: [1, 3, 32],
      works: Set(SelfTestWork.allCases)),
    SelfTestNetwork(name: "large kernels", architecture: largeKernels),
    SelfTestNetwork(name: "odd shapes", architecture: oddShapes, works: [.passes, .training]),
    SelfTestNetwork(name: "activations", architecture: activations, works: [.passes, .training]),
    SelfTestNetwork(name: "pooling", architecture: pooling),
    SelfTestNetwork(name: "dense", architecture: dense, works: [.passes, .training]),
  ]

  /// That of NSL's tutorial.
  private static let tutorial = Architecture(
    inputShape: [28, 28, 1], classes: 10, ConvolutionalNetwork())

  /// 5x5 and few channels, as LeNet has them.
  private static let largeKernels = Architecture(
    inputShape: [32, 32, 3], classes: 10,
    ConvolutionalNetwork(
      convFilters: [6, 16, 24], kernelSize: Extent(5), poolSize: Extent(2), numFCUnits: [120, 84]))

  /// Channels that fill no vector, strides, and kernels that are not square.
  private static let oddShapes = Architecture(
    inputShape: [29, 27, 3], classes: 7,
    sequence: [
      Convolution2D(filters: 7, kernelSize: Extent(3), strides: Extent(2), padding: .same),
      ActivationLayer(.relu),
      Convolution2D(
        filters: 13, kernelSize: Extent(height: 1, width: 4), padding: .same, useBias: false),
      ActivationLayer(.leakyReLU),
      Convolution2D(
        filters: 33, kernelSize: Extent(5), strides: Extent(height: 2, width: 1), padding: .same),
      ActivationLayer(.relu),
      Convolution2D(filters: 20, kernelSize: Extent(1)),
      Convolution2D(filters: 20, kernelSize: Extent(3), padding: .same), ActivationLayer(.relu),
      MaxPooling2D(poolSize: Extent(2)),
      Convolution2D(filters: 70, kernelSize: Extent(height: 3, width: 2)), ActivationLayer(.relu),
      Flatten(), Dense(units: 19, useBias: false), ActivationLayer(.relu), Dense(units: 7),
    ])

  private static let pooling = Architecture(
    inputShape: [31, 30, 3], classes: 5,
    sequence: [
      Convolution2D(filters: 16, kernelSize: Extent(3)), ActivationLayer(.relu),
      MaxPooling2D(poolSize: Extent(3), strides: Extent(2), padding: .same),
      Convolution2D(filters: 24, kernelSize: Extent(3), padding: .same),
      AveragePooling2D(poolSize: Extent(2)), BatchNormalization(), ActivationLayer(.relu),
      MaxPooling2D(
        poolSize: Extent(height: 3, width: 2), strides: Extent(height: 2, width: 1)),
      Dropout(rate: 0.3),
      AveragePooling2D(poolSize: Extent(3), strides: Extent(1), padding: .same),
      Convolution2D(filters: 12, kernelSize: Extent(1)), ActivationLayer(.relu),
      GlobalAveragePooling2D(), Dense(units: 5),
    ])

  private static let dense = Architecture(
    inputShape: [28, 28, 1], classes: 10,
    sequence: [
      Normalization(mean: [0.13], variance: [0.09]), Flatten(), Dense(units: 300),
      BatchNormalization(), ActivationLayer(.gelu), Dropout(rate: 0.5), Dense(units: 101),
      ActivationLayer(.tanh), Dense(units: 64), ActivationLayer(.relu), Dense(units: 10),
    ])

  /// All activation functions side by side, concatenated.
  private static let activations: Architecture = {
    typealias Node = Architecture.Node
    let functions = ActivationName.allCases.filter { $0 != .linear }
    var nodes = [
      Node(Layer(Rescaling(scale: [2, 3], offset: [-1, -1.5])), inputs: [Architecture.images])
    ]
    var ends: [Int] = []
    for (place, function) in functions.enumerated() {
      let convolution = Convolution2D(
        filters: 3 + place, kernelSize: Extent(place % 2 == 0 ? 3 : 5), padding: .same)
      nodes.append(Node(Layer(convolution), inputs: [0]))
      nodes.append(Node(Layer(ActivationLayer(function)), inputs: [nodes.count - 1]))
      ends.append(nodes.count - 1)
    }
    nodes.append(Node(Layer(Concatenate()), inputs: ends))
    let rest: [any LayerDeclaration] = [
      AveragePooling2D(poolSize: Extent(3), strides: Extent(2), padding: .same), Flatten(),
      Dense(units: 37), ActivationLayer(.softplus), Dense(units: 6),
    ]
    for layer in rest { nodes.append(Node(Layer(layer), inputs: [nodes.count - 1])) }
    return Architecture(inputShape: [14, 12, 2], classes: 6, layers: nodes)
  }()

  /// ResNet-8: batch normalization, sums, and shortcuts of 1x1 with a stride of 2.
  private static let residual: Architecture = {
    typealias Node = Architecture.Node
    var nodes: [Node] = []
    func add(_ layer: any LayerDeclaration, to inputs: [Int]) -> Int {
      nodes.append(Node(Layer(layer), inputs: inputs))
      return nodes.count - 1
    }
    func convolution(_ filters: Int, _ kernel: Int, stride: Int, to input: Int) -> Int {
      add(
        Convolution2D(
          filters: filters, kernelSize: Extent(kernel), strides: Extent(stride), padding: .same),
        to: [input])
    }
    func normalized(_ input: Int) -> Int { add(BatchNormalization(), to: [input]) }
    func relu(_ input: Int) -> Int { add(ActivationLayer(.relu), to: [input]) }
    func block(_ filters: Int, stride: Int, to input: Int) -> Int {
      let first = relu(normalized(convolution(filters, 3, stride: stride, to: input)))
      let second = normalized(convolution(filters, 3, stride: 1, to: first))
      let shortcut = stride == 1 ? input : convolution(filters, 1, stride: stride, to: input)
      return relu(add(Add(), to: [shortcut, second]))
    }
    var last = relu(normalized(convolution(16, 3, stride: 1, to: Architecture.images)))
    for (filters, stride) in [(16, 1), (32, 2), (64, 2)] {
      last = block(filters, stride: stride, to: last)
    }
    last = add(GlobalAveragePooling2D(), to: [last])
    _ = add(Dense(units: 10), to: [last])
    return Architecture(inputShape: [32, 32, 3], classes: 10, layers: nodes)
  }()
}
