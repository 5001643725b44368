/// A layer that its input does not fit.
struct ShapeProblem: Sendable {
  /// The layer's place in the list.
  var layer: Int
  /// The setting that is too large, where one is.
  var key: String?
  var message: String
}

/// What comes out of each layer of a network and how many numbers it has.
struct LayerShapes: Sendable {
  /// `[height, width, channels]` or `[units]`; `nil` behind a layer with a problem.
  private(set) var outputs: [[Int]?] = []
  private(set) var problems: [ShapeProblem] = []

  private let images: [Int]
  private let layers: [LayerSettings]

  init(_ layers: [LayerSettings], inputShape: [Int]) {
    self.layers = layers
    images = inputShape
    for index in layers.indices {
      let output = output(index)
      outputs.append(output.flatMap { fits(index, $0) ? $0 : nil })
    }
  }

  /// The most numbers that a layer may give for one image.
  static let maximumOutput = 1 << 32
  /// The most trained numbers of a layer.
  static let maximumParameters = 1 << 40

  /// Whether a layer is of a size that a computer may have; reports it where it is not.
  private mutating func fits(_ index: Int, _ output: [Int]) -> Bool {
    let size = output.reduce(1) { $0.timesAtMost($1) }
    guard size <= LayerShapes.maximumOutput else {
      report(
        index,
        "gives \(shapeText(output)), more than \(LayerShapes.maximumOutput) numbers for one image")
      return false
    }
    guard parameters(of: index).trained <= LayerShapes.maximumParameters else {
      report(index, "has more than \(LayerShapes.maximumParameters) parameters")
      return false
    }
    return true
  }

  /// The shape that goes into a layer; the first, where there are several.
  func input(of index: Int) -> [Int]? {
    let input = layers[index].inputs[0]
    return input < 0 ? images : outputs[input]
  }

  /// Trained and other numbers of a layer.
  func parameters(of index: Int) -> (trained: Int, other: Int) {
    guard let input = input(of: index), let channels = input.last else { return (0, 0) }
    switch layers[index].kind {
    case .convolution2D(let filters, let kernel, _, _, _, let useBias):
      let weights = kernel[0].timesAtMost(kernel[1]).timesAtMost(channels).timesAtMost(filters)
      return (weights.plusAtMost(useBias ? filters : 0), 0)
    case .dense(let units, _, let useBias):
      return (channels.plusAtMost(useBias ? 1 : 0).timesAtMost(units), 0)
    case .batchNormalization:
      let pair = channels.timesAtMost(2)
      return (pair, pair)
    case .maxPooling2D, .averagePooling2D, .globalAveragePooling2D, .flatten, .activation,
      .normalization, .rescaling, .dropout, .add, .concatenate:
      return (0, 0)
    }
  }

  // MARK: Shapes

  private mutating func output(_ index: Int) -> [Int]? {
    let inputs = layers[index].inputs.map { $0 < 0 ? images : outputs[$0] }
    guard !inputs.contains(nil), let input = inputs[0] else { return nil }
    switch layers[index].kind {
    case .convolution2D(let filters, let kernel, let strides, let padding, _, _):
      return windowed(
        index, input, ("kernel", "kernel_size"), kernel, strides, padding, channels: filters)
    case .maxPooling2D(let window, let strides, let padding),
      .averagePooling2D(let window, let strides, let padding):
      return windowed(
        index, input, ("pool", "pool_size"), window, strides, padding,
        channels: input.last ?? 0)
    case .globalAveragePooling2D:
      return isImage(index, input) ? [input[2]] : nil
    case .flatten: return [input.reduce(1) { $0.timesAtMost($1) }]
    case .dense(let units, _, _):
      guard input.count == 1 else {
        report(
          index,
          "takes a row, and its input is an image of \(shapeText(input)); put `flatten` or"
            + " `global_average_pooling2d` before it")
        return nil
      }
      return [units]
    case .activation, .batchNormalization, .dropout: return input
    case .normalization(let mean, let variance):
      return byChannel(index, input, [("mean", mean), ("variance", variance)])
    case .rescaling(let scale, let offset):
      return byChannel(index, input, [("scale", scale), ("offset", offset)])
    case .add: return sum(index, inputs.compactMap { $0 })
    case .concatenate: return row(index, inputs.compactMap { $0 })
    }
  }

  private mutating func windowed(
    _ index: Int, _ input: [Int], _ words: (what: String, key: String), _ window: [Int],
    _ strides: [Int], _ padding: PaddingName, channels: Int
  ) -> [Int]? {
    guard isImage(index, input) else { return nil }
    switch padding {
    case .same:
      return [
        (input[0] + strides[0] - 1) / strides[0], (input[1] + strides[1] - 1) / strides[1],
        channels,
      ]
    case .valid:
      guard window[0] <= input[0], window[1] <= input[1] else {
        problems.append(
          ShapeProblem(
            layer: index, key: words.key,
            message: "\(title(index)): \(words.what) \(shapeText(window)) is larger than its"
              + " input \(input[0])x\(input[1]) (\(chain(to: index)))"))
        return nil
      }
      return [
        (input[0] - window[0]) / strides[0] + 1, (input[1] - window[1]) / strides[1] + 1,
        channels,
      ]
    }
  }

  /// - Parameter settings: One number for all channels, or one for each.
  private mutating func byChannel(
    _ index: Int, _ input: [Int], _ settings: [(key: String, numbers: [Double])]
  ) -> [Int]? {
    let channels = input.last ?? 0
    let wrong = settings.first { ![1, channels].contains($0.numbers.count) }
    guard let wrong else { return input }
    let words = input.count == 1 ? "numbers" : channels == 1 ? "channel" : "channels"
    problems.append(
      ShapeProblem(
        layer: index, key: wrong.key,
        message: "\(title(index)): `\(wrong.key)` has \(wrong.numbers.count) numbers, its input"
          + " \(shapeText(input)) has \(channels) \(words)"))
    return nil
  }

  private mutating func isImage(_ index: Int, _ input: [Int]) -> Bool {
    if input.count == 3 { return true }
    report(index, "takes an image, and its input is a row of \(shapeText(input))")
    return false
  }

  private mutating func sum(_ index: Int, _ inputs: [[Int]]) -> [Int]? {
    if let other = inputs.indices.first(where: { inputs[$0] != inputs[0] }) {
      report(
        index,
        "cannot add \(inputName(index, 0)) of \(shapeText(inputs[0])) and"
          + " \(inputName(index, other)) of \(shapeText(inputs[other]))", withChain: false)
      return nil
    }
    return inputs[0]
  }

  private mutating func row(_ index: Int, _ inputs: [[Int]]) -> [Int]? {
    let area = inputs[0].dropLast()
    if let other = inputs.indices.first(where: { inputs[$0].dropLast() != area }) {
      report(
        index,
        "cannot join \(inputName(index, 0)) of \(shapeText(inputs[0])) and"
          + " \(inputName(index, other)) of \(shapeText(inputs[other])): they differ in more than"
          + " their channels", withChain: false)
      return nil
    }
    return area + [inputs.reduce(0) { $0.plusAtMost($1.last ?? 0) }]
  }

  // MARK: Words

  private mutating func report(_ index: Int, _ message: String, withChain: Bool = true) {
    let words = withChain ? " (\(chain(to: index)))" : ""
    problems.append(
      ShapeProblem(layer: index, key: nil, message: "\(title(index)) \(message)\(words)"))
  }

  /// `conv2d #3`: the third of its kind; `conv2d "stem"` where it has a name.
  func title(_ index: Int) -> String {
    let kind = layers[index].kind.name
    if let name = layers[index].name { return "\(kind.rawValue) `\(name)`" }
    return "\(kind.rawValue) #\(layers[...index].count { $0.kind.name == kind })"
  }

  private func inputName(_ index: Int, _ number: Int) -> String {
    let input = layers[index].inputs[number]
    return input < 0 ? "the images" : title(input)
  }

  /// The shapes from the images to a layer's first input.
  private func chain(to index: Int) -> String {
    var shapes: [[Int]] = []
    var place = layers[index].inputs[0]
    while place >= 0, let shape = outputs[place] {
      shapes.append(shape)
      place = layers[place].inputs[0]
    }
    shapes.append(images)
    var words: [String] = []
    for shape in shapes.reversed().map(shapeText) where shape != words.last { words.append(shape) }
    return words.joined(separator: " -> ")
  }
}

/// `28x28x1`.
func shapeText(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "x") }
