import Settings
import YAML

/// `architecture:`, in the tutorial's HParams form or as a list of layers.
enum ArchitectureSection {
  static let inputShape = OptionalKey(
    "input_shape", .list(of: .integer(1...65_536), minimum: 3, maximum: 3),
    .words("the dataset's"), "height, width and channels of an image")
  static let numClasses = OptionalKey(
    "num_classes", .integer(1...65_536), .words("the dataset's"), "the number of classes")

  static let layers = KeyDescription(
    name: "layers", schema: .list(of: LayerSection.schema, minimum: 1, maximum: nil),
    defaultValue: .words("built from the keys above"),
    summary: "any network, layer by layer, instead of the four keys above")

  static let section = Section(
    "architecture",
    "the network: convolutions, then dense layers, then logits; or a list of layers",
    keys: [inputShape.description, numClasses.description] + ConvolutionalNetwork.keys + [layers])

  /// The keys that `layers` takes the place of.
  static let hparamsKeys = ConvolutionalNetwork.keys.map(\.name)
  /// The first of them.
  static let convFilters = hparamsKeys[0]

  /// - Parameter dataset: What the network must fit; `nil` where that is not known.
  static func decode(
    _ node: Node?, dataset: DatasetName?, in document: SourceRange, _ diagnostics: Diagnostics
  ) -> ArchitectureSettings {
    let reader = SectionReader(section, node, fallbackRange: document, diagnostics)
    let shape = reader.value(inputShape)
    let classes = reader.value(numClasses)
    if let dataset, dataset.isOwn {
      let missing = [inputShape.name, numClasses.name].filter(reader.lacks)
      if !missing.isEmpty {
        diagnostics.error(
          .missingKey,
          "\(missing.map { "`\($0)`" }.joined(separator: " and "))"
            + " \(missing.count == 1 ? "is" : "are") missing in `architecture`:"
            + " `\(dataset.rawValue)` can have any shape and any number of classes",
          at: reader.range,
          suggestion: "add \(missing.map { "`\($0): …`" }.joined(separator: " and "))")
      }
    }
    if let shape, let dataset, let expected = dataset.images?.shape, shape != expected {
      diagnostics.error(
        .impossibleShape,
        "`input_shape` is \(shapeText(shape)), but images of \(dataset.rawValue) are"
          + " \(shapeText(expected))", at: reader.place("input_shape"),
        suggestion: "write `\(inputShape.type.encode(expected).yaml)`, or leave it out")
    }
    if let shape, shape.reduce(1, { $0.timesAtMost($1) }) > LayerShapes.maximumOutput {
      diagnostics.error(
        .impossibleShape,
        "`input_shape` is \(shapeText(shape)), more than \(LayerShapes.maximumOutput) values per"
          + " image", at: reader.place("input_shape"))
    }
    if let classes, let dataset, let expected = dataset.images?.classes, classes != expected {
      diagnostics.error(
        .impossibleShape,
        "`num_classes` is \(classes), but \(dataset.rawValue) has \(expected) classes",
        at: reader.place("num_classes"), suggestion: "write `\(expected)`")
    }
    let settings = ArchitectureSettings(
      inputShape: dataset?.images?.shape ?? shape ?? [28, 28, 1],
      numClasses: dataset?.images?.classes ?? classes ?? 10,
      form: .hparams(ConvolutionalNetwork(reading: reader)))
    guard let list = reader.node(layers.name) else {
      let isRead = hparamsKeys.allSatisfy { reader.node($0) == nil || reader.isGiven($0) }
      if isRead { check(settings, reader) }
      return settings
    }
    for key in hparamsKeys {
      guard let range = reader.keyRange(key) else { continue }
      diagnostics.error(
        .conflict, "`\(key)` is used together with `layers`, which describes the whole network",
        at: range,
        suggestion: "keep one of them")
    }
    return decode(list, settings, knowsImages: dataset != nil || shape != nil, diagnostics)
  }

  private static func check(_ settings: ArchitectureSettings, _ reader: SectionReader) {
    guard
      let problem = LayerShapes(settings.layers, inputShape: settings.inputShape).problems.first
    else { return }
    let blamed = problem.key.flatMap { reader.node($0) } ?? reader.node(convFilters)
    reader.diagnostics.error(
      .impossibleShape, problem.message, at: blamed?.range ?? reader.range)
  }

  /// - Parameter knowsImages: Whether the images' shape is known; a default says nothing of the layers.
  private static func decode(
    _ list: Node, _ settings: ArchitectureSettings, knowsImages: Bool, _ diagnostics: Diagnostics
  ) -> ArchitectureSettings {
    var decoder = LayersDecoder(diagnostics)
    guard let items = decoder.decode(list), let last = items.last else { return settings }
    let layers = items.map(\.settings)
    let shapes = LayerShapes(layers, inputShape: settings.inputShape)
    for problem in shapes.problems where knowsImages {
      let item = items[problem.layer]
      let setting = problem.key.flatMap { item.reader.node($0) }
      diagnostics.error(
        .impossibleShape, problem.message, at: (setting ?? item.node).range)
    }
    if let output = shapes.outputs.last ?? nil, output.dimensions != [settings.numClasses] {
      diagnostics.error(
        .impossibleShape,
        "the last layer must give one logit for each of the \(settings.numClasses) classes, but"
          + " \(shapes.title(items.count - 1)) gives \(output)", at: last.node.range,
        suggestion: output.isRow == false
          ? "end with `flatten` and `dense: \(settings.numClasses)`"
          : "end with `dense: \(settings.numClasses)`")
    }
    if shapes.problems.isEmpty,
      layers.indices.allSatisfy({ shapes.parameters(of: $0).trained == 0 })
    {
      diagnostics.error(
        .impossibleShape, "this network has no trainable weights", at: list.range,
        suggestion: "give it a `dense` or a `conv2d` layer")
    }
    var result = settings
    result.form = .layers(layers)
    return result
  }
}
