import YAML

/// `architecture:` in the tutorial's HParams form.
enum ArchitectureSection {
  private static let size = ValueType<Int>.integer(1...1_000)
  private static let width = ValueType<Int>.integer(1...65_536)

  static let inputShape = OptionalKey(
    "input_shape", .list(of: .integer(1...65_536), minimum: 3, maximum: 3),
    .words("the data set's"), "height, width and channels of an image")
  static let numClasses = OptionalKey(
    "num_classes", .integer(1...65_536), .words("the data set's"), "the number of classes")
  static let convFilters = Key(
    "conv_filters", .list(of: width, minimum: 1), default: [32, 64, 64],
    "filters of each convolution, each but the last followed by max pooling")
  static let kernelSize = Key(
    "kernel_size", .list(of: size, minimum: 2, maximum: 2), default: [3, 3],
    "height and width of the convolutions' kernels")
  static let poolSize = Key(
    "pool_size", .list(of: size, minimum: 2, maximum: 2), default: [2, 2],
    "height and width of the pooling windows, which are also their strides")
  static let numFCUnits = Key(
    "num_fc_units", .list(of: width), default: [64],
    "units of each dense layer before the logits; `[]` for none")

  static let section = Section(
    "architecture", "the network: convolutions, then dense layers, then logits",
    keys: [
      inputShape.description, numClasses.description, convFilters.description,
      kernelSize.description, poolSize.description, numFCUnits.description,
    ],
    later: ["layers"])

  /// - Parameter dataset: What the network must fit; `nil` where that is not known.
  static func decode(
    _ node: Node?, dataset: DatasetName?, in document: SourceRange, _ diagnostics: Diagnostics
  ) -> ArchitectureSettings {
    let reader = SectionReader(section, node, fallbackRange: document, diagnostics)
    let shape = reader.value(inputShape)
    let classes = reader.value(numClasses)
    if let shape, let dataset, shape != dataset.inputShape {
      diagnostics.error(
        .impossibleShape,
        "`input_shape` is \(shapeText(shape)), but images of \(dataset.rawValue) are"
          + " \(shapeText(dataset.inputShape))", at: reader.place("input_shape"),
        suggestion: "write `\(inputShape.type.encode(dataset.inputShape))`, or leave it out")
    }
    if let classes, let dataset, classes != dataset.numClasses {
      diagnostics.error(
        .impossibleShape,
        "`num_classes` is \(classes), but \(dataset.rawValue) has \(dataset.numClasses) classes",
        at: reader.place("num_classes"), suggestion: "write `\(dataset.numClasses)`")
    }
    let settings = ArchitectureSettings(
      inputShape: dataset?.inputShape ?? shape ?? [28, 28, 1],
      numClasses: dataset?.numClasses ?? classes ?? 10,
      convFilters: reader.value(convFilters), kernelSize: reader.value(kernelSize),
      poolSize: reader.value(poolSize), numFCUnits: reader.value(numFCUnits))
    if let problem = settings.shapeProblem {
      let key = problem.isPooling ? poolSize.name : kernelSize.name
      let blamed = reader.node(key) ?? reader.node(convFilters.name)
      diagnostics.error(
        .impossibleShape, problem.message, at: blamed?.range ?? reader.range)
    }
    return settings
  }
}

/// `28x28x1`.
func shapeText(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "x") }

/// A layer that its input does not fit.
struct ShapeProblem: Sendable {
  var isPooling: Bool
  var message: String
}

extension ArchitectureSettings {
  /// The first layer whose window is larger than its input, with the shapes that led there.
  var shapeProblem: ShapeProblem? {
    var (height, width) = (inputShape[0], inputShape[1])
    var chain = [shapeText(inputShape)]
    func problem(_ layer: String, _ window: String, _ size: [Int], pooling: Bool) -> ShapeProblem {
      ShapeProblem(
        isPooling: pooling,
        message: "\(layer): \(window) \(shapeText(size)) is larger than its input"
          + " \(height)x\(width) (\(chain.joined(separator: " -> ")))")
    }
    for (index, filters) in convFilters.enumerated() {
      guard kernelSize[0] <= height, kernelSize[1] <= width else {
        return problem("conv2d #\(index + 1)", "kernel", kernelSize, pooling: false)
      }
      (height, width) = (height - kernelSize[0] + 1, width - kernelSize[1] + 1)
      chain.append(shapeText([height, width, filters]))
      guard index < convFilters.count - 1 else { break }
      guard poolSize[0] <= height, poolSize[1] <= width else {
        return problem("max_pooling2d #\(index + 1)", "pool", poolSize, pooling: true)
      }
      (height, width) = (height / poolSize[0], width / poolSize[1])
      chain.append(shapeText([height, width, filters]))
    }
    return nil
  }
}
