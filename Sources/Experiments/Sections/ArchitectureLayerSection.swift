import YAML

/// One item of `architecture.layers`: a word, or a word and the settings of that layer.
enum LayerSection {
  private static let width = ValueType<Int>.integer(1...65_536)
  private static let padding = ValueType<PaddingName>.choice("padding")

  static let name = OptionalKey(
    "name", .name("the layer"), .words("none"), "what `inputs` of other layers call it")
  static let inputs = KeyDescription(
    name: "inputs",
    schema: .either([.name, .list(of: .name, minimum: 1, maximum: nil)]),
    defaultValue: .words("the layer before"),
    summary: "the name of the layer whose result goes in; `input` for the images")
  static let mergedInputs = KeyDescription(
    name: "inputs", schema: .list(of: .name, minimum: 2, maximum: nil), defaultValue: .required,
    summary: "the names of the layers whose results go in; `input` for the images")

  static let filters = OptionalKey("filters", width, .required, "channels of the result")
  static let kernelSize = OptionalKey(
    "kernel_size", .size, .required, "height and width of the kernels; one number for both")
  static let strides = Key(
    "strides", .size, default: [1, 1], "steps down and to the right; one number for both")
  static let convolutionPadding = Key(
    "padding", padding, default: .valid,
    "`valid` for none, `same` for a result as large as the input, but for `strides`")
  static let activation = Key(
    "activation", .activation, default: .linear, "applied to the result")
  static let useBias = Key("use_bias", .boolean, default: true, "whether a bias is added")
  static let poolSize = Key(
    "pool_size", .size, default: [2, 2], "height and width of the windows; one number for both")
  static let poolStrides = OptionalKey(
    "strides", .size, .words("`pool_size`"), "steps down and to the right; one number for both")
  static let poolPadding = Key(
    "padding", padding, default: .valid, "`valid` for none, `same` for windows beyond the edge")
  static let units = OptionalKey("units", width, .required, "length of the result")
  static let function = OptionalKey("activation", .activation, .required, "the function")
  static let momentum = Key(
    "momentum", .number(.unit), default: 0.99,
    "how much of the moving averages stays at a training step")
  static let epsilon = Key(
    "epsilon", .number(.positive), default: 0.001, "added to the variance")
  static let mean = OptionalKey(
    "mean", .byChannel(.any), .required, "subtracted from each channel; one number for all")
  static let variance = OptionalKey(
    "variance", .byChannel(.nonNegative), .required,
    "the square of what is divided by then; one number for all")
  static let scale = OptionalKey(
    "scale", .byChannel(.any), .required, "what each channel is multiplied with; one number for all"
  )
  static let offset = Key(
    "offset", .byChannel(.any), default: [0], "added to each channel then; one number for all")
  static let rate = OptionalKey(
    "rate", .number(.unitBelowOne), .required, "the share of elements that training drops")

  /// The settings of a layer.
  static func section(of layer: LayerName) -> Section {
    let keys: [KeyDescription] =
      switch layer {
      case .convolution2D:
        [
          filters.description, kernelSize.description, strides.description,
          convolutionPadding.description, activation.description, useBias.description,
        ]
      case .maxPooling2D, .averagePooling2D:
        [poolSize.description, poolStrides.description, poolPadding.description]
      case .dense: [units.description, activation.description, useBias.description]
      case .activation: [function.description]
      case .batchNormalization: [momentum.description, epsilon.description]
      case .normalization: [mean.description, variance.description]
      case .rescaling: [scale.description, offset.description]
      case .dropout: [rate.description]
      case .globalAveragePooling2D, .flatten, .add, .concatenate: []
      }
    return Section(
      "architecture.layers.\(layer.rawValue)", summary(of: layer),
      keys: keys + [name.description, layer.merges ? mergedInputs : inputs])
  }

  /// The setting that a bare value under the layer's name is: `dense: 10`.
  static func mainSetting(of layer: LayerName) -> KeyDescription? {
    switch layer {
    case .convolution2D, .globalAveragePooling2D, .flatten, .batchNormalization,
      .normalization:
      nil
    case .rescaling: scale.description
    case .maxPooling2D, .averagePooling2D: poolSize.description
    case .dense: units.description
    case .activation: function.description
    case .dropout: rate.description
    case .add, .concatenate: mergedInputs
    }
  }

  private static func summary(of layer: LayerName) -> String {
    switch layer {
    case .convolution2D: "a convolution of images"
    case .maxPooling2D: "the largest of each window"
    case .averagePooling2D: "the mean of each window, of what lies inside the image"
    case .globalAveragePooling2D: "the mean of each channel"
    case .flatten: "an image as a row of numbers"
    case .dense: "sums of all inputs, weighted; takes rows"
    case .activation: "a function of each element"
    case .batchNormalization:
      "each channel to a mean and a deviation that are learned; by the batch's moments in"
        + " training, by their moving averages otherwise"
    case .normalization: "each channel minus a mean, by the root of a variance; both are given"
    case .rescaling: "each channel times a number, plus a number"
    case .dropout: "elements dropped at random, in training alone"
    case .add: "the sum of several layers' results"
    case .concatenate: "several layers' results one behind the other, along the channels"
    }
  }

  /// One layer: its word as the key.
  static let section = Section(
    "architecture.layers", "one layer: a word, or a word and its settings",
    keys: LayerName.allCases.map { layer in
      let settings = ValueSchema.section("architecture.layers.\(layer.rawValue)")
      let schema = mainSetting(of: layer).map { ValueSchema.either([$0.schema, settings]) }
      let own = LayerSection.section(of: layer)
      return KeyDescription(
        name: layer.rawValue, schema: schema ?? settings, defaultValue: .words("none"),
        summary: own.summary)
    })

  static let schema = ValueSchema.either([
    .choice(LayerName.allCases.map(\.rawValue)), .section(section.name),
  ])

  static let sections = [section] + LayerName.allCases.map(section(of:))
}

extension ValueType where Value == [Int] {
  /// A height and a width, or one number for both.
  static var size: Self {
    let extent = ValueType<Int>.integer(1...1_000)
    let pair = ValueType<[Int]>.list(of: extent, minimum: 2, maximum: 2)
    return Self(
      .either([extent.schema, pair.schema]),
      encode: { $0[0] == $0[1] ? "\($0[0])" : pair.encode($0) }
    ) { node, key, diagnostics in
      node.scalar == nil
        ? pair.decode(node, key, diagnostics)
        : extent.decode(node, key, diagnostics).map { [$0, $0] }
    }
  }
}

extension ValueType where Value == [Double] {
  /// A number for each channel, or one for all.
  static func byChannel(_ range: NumberRange) -> Self {
    let number = ValueType<Double>.number(range)
    let list = ValueType<[Double]>.list(of: number, minimum: 1)
    return Self(
      .either([number.schema, list.schema]),
      encode: { $0.count == 1 ? number.encode($0[0]) : list.encode($0) }
    ) { node, key, diagnostics in
      node.sequence != nil
        ? list.decode(node, key, diagnostics)
        : number.decode(node, key, diagnostics).map { [$0] }
    }
  }
}

extension ValueType where Value == ActivationName {
  /// The name of a function, but not of one that turns logits into probabilities.
  static var activation: Self {
    let choice = ValueType<ActivationName>.choice("activation", aliases: ["silu": .swish])
    return Self(choice.schema, encode: choice.encode) { node, key, diagnostics in
      guard word(of: node) == "softmax" || word(of: node) == "log_softmax" else {
        return choice.decode(node, key, diagnostics)
      }
      diagnostics.error(
        .conflict, "`softmax` has no place in a network here: losses and attacks work on logits",
        at: node.range, suggestion: "leave it out: softmax is part of the loss")
      return nil
    }
  }
}
