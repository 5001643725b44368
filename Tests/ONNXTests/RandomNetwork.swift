import Settings

/// Networks of layers that fit, drawn at random.
struct RandomNetwork<Random: RandomNumberGenerator> {
  private var random: Random
  private let images: [Int]
  private var nodes: [Architecture.Node] = []
  private var shapes: [LayerShape] = []

  /// - Parameter random: Where it comes from.
  init(_ random: Random) {
    var random = random
    let (height, width) = (
      Int.random(in: 4...9, using: &random), Int.random(in: 4...9, using: &random)
    )
    images = [height, width, Int.random(in: 1...3, using: &random)]
    self.random = random
  }

  /// - Returns: A network that ends in logits, after about so many layers.
  mutating func drawn(layers: Int) -> Architecture {
    if Bool.random(using: &random) { add(transform(channels: images[2]), [-1]) }
    for _ in 0..<layers { addRandom() }
    if !last.isRow {
      add(Bool.random(using: &random) ? Flatten() : GlobalAveragePooling2D(), [top])
    }
    for _ in 0..<3 { addRandom() }
    let classes = Int.random(in: 2...6, using: &random)
    add(Dense(units: classes, useBias: Bool.random(using: &random)), [top])
    return Architecture(inputShape: images, classes: classes, layers: nodes)
  }

  private var top: Int { nodes.count - 1 }
  private var last: LayerShape { shape(top) }
  private func shape(_ index: Int) -> LayerShape { index < 0 ? LayerShape(images) : shapes[index] }

  /// Adds a layer where it fits.
  private mutating func add(_ layer: any LayerDeclaration, _ inputs: [Int]) {
    guard let output = try? layer.output(for: inputs.map { shape($0) }) else { return }
    // The form that networks are kept in: activations are layers of their own.
    for (number, part) in layer.parts.enumerated() {
      nodes.append(Architecture.Node(Layer(part), inputs: number == 0 ? inputs : [top]))
      shapes.append(output)
    }
  }

  private mutating func addRandom() {
    let activation = ActivationName.allCases.randomElement(using: &random) ?? .relu
    let padding = Bool.random(using: &random) ? Padding.same : .valid
    let useBias = Bool.random(using: &random)
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1:
      let filters = Int.random(in: 1...5, using: &random)
      add(
        Convolution2D(
          filters: filters, kernelSize: extent(4), strides: extent(2), padding: padding,
          activation: activation, useBias: useBias), [top])
    case 2: add(MaxPooling2D(poolSize: extent(3), strides: extent(3), padding: padding), [top])
    case 3: add(AveragePooling2D(poolSize: extent(3), strides: extent(3), padding: padding), [top])
    case 4: add(BatchNormalization(momentum: 0.9, epsilon: 0.002), [top])
    case 5: add(Dropout(rate: 0.3), [top])
    case 6: add(transform(channels: last.channels), [top])
    case 7: add(ActivationLayer(activation), [top])
    case 8: add(Add(), [top, other { $0.dimensions == $1.dimensions }])
    case 9:
      add(
        Concatenate(), [other { $0.dimensions.dropLast() == $1.dimensions.dropLast() }, top])
    case 10: add(Flatten(), [top])
    default:
      let units = Int.random(in: 1...9, using: &random)
      add(Dense(units: units, activation: activation, useBias: useBias), [top])
    }
  }

  /// A layer, or the images, whose shape fits that of the last layer.
  private mutating func other(_ fits: (LayerShape, LayerShape) -> Bool) -> Int {
    (-1...top).filter { fits(shape($0), last) }.randomElement(using: &random) ?? top
  }

  private mutating func transform(channels: Int) -> any LayerDeclaration {
    let count = Bool.random(using: &random) ? 1 : channels
    func numbers(_ range: ClosedRange<Double>) -> [Double] {
      (0..<count).map { _ in Double.random(in: range, using: &random) }
    }
    return Bool.random(using: &random)
      ? Normalization(mean: numbers(0...1), variance: numbers(0.1...1))
      : Rescaling(scale: numbers(0.5...2), offset: numbers(-1...1))
  }

  private mutating func extent(_ largest: Int) -> Extent {
    Extent(
      height: Int.random(in: 1...largest, using: &random),
      width: Int.random(in: 1...largest, using: &random))
  }
}
