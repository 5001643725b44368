import Experiments
import Settings
import FoundationEssentials
import TestSupport
import Testing

@Suite struct `Networks of layers` {
  /// The training key of the only model of a spec with this architecture.
  private func key(_ architecture: String) throws -> StageKey {
    try #require(plan(try load("architecture: \(architecture)")).runs.first?.models.first).train
  }

  private static let small = "{conv_filters: [8, 4], kernel_size: [3, 2], num_fc_units: [16]}"

  @Test(arguments: [
    // One by one what the tutorial's form means.
    """
    {layers: [conv2d: {filters: 8, kernel_size: [3, 2], activation: relu}, max_pooling2d: 2,
      conv2d: {filters: 4, kernel_size: [3, 2], activation: relu}, flatten,
      dense: {units: 16, activation: relu}, dense: 10]}
    """,
    // Defaults written out, names, and activations as layers.
    """
    {layers: [conv2d: {name: first, filters: 8, kernel_size: [3, 2], strides: 1, padding: valid,
      use_bias: true}, activation: relu, activation: linear,
      max_pooling2d: {pool_size: [2, 2], strides: 2}, conv2d: {filters: 4, kernel_size: [3, 2]},
      activation: {activation: relu, name: second}, dropout: 0, flatten: , dense: 16,
      activation: relu, dense: {units: 10, activation: linear}]}
    """,
  ])
  func `lead to the results of the tutorial's form where they are the same`(layers: String) throws {
    #expect(try key(layers) == key(Self.small))
  }

  @Test(arguments: [
    "{layers: [flatten, dense: 10]}", "{layers: [flatten, dense: {units: 10, use_bias: false}]}",
    "{layers: [flatten, dense: 8, dense: 10]}", "{layers: [max_pooling2d: 2, flatten, dense: 10]}",
    "{layers: [average_pooling2d: 2, flatten, dense: 10]}",
    "{layers: [average_pooling2d: {pool_size: 2, padding: same}, flatten, dense: 10]}",
    "{layers: [average_pooling2d: {pool_size: 2, strides: 1}, flatten, dense: 10]}",
    "{layers: [batch_normalization, flatten, dense: 10]}",
    "{layers: [batch_normalization: {momentum: 0.9}, flatten, dense: 10]}",
    "{layers: [normalization: {mean: 0.5, variance: 0.25}, flatten, dense: 10]}",
    "{layers: [flatten, normalization: {mean: 0.5, variance: 0.25}, dense: 10]}",
    "{layers: [rescaling: {scale: [2], offset: -1}, flatten, dense: 10]}",
    "{layers: [rescaling: 2, flatten, dense: 10]}",
    "{layers: [dropout: 0.5, flatten, dense: 10]}",
    "{layers: [activation: tanh, flatten, dense: 10]}",
    "{layers: [activation: gelu, flatten, dense: 10]}",
    "{layers: [activation: {activation: tanh, name: a}, add: [a, input], flatten, dense: 10]}",
    "{layers: [activation: {activation: tanh, name: a}, add: [input, a], flatten, dense: 10]}",
    "{layers: [activation: {activation: tanh, name: a}, concatenate: [input, a], flatten, dense: 10]}",
  ])
  func `have a key of their own`(architecture: String) throws {
    let others = [Self.small, "{}", "{layers: [flatten, dense: 11, dense: 10]}"]
    for other in others { #expect(try key(architecture) != key(other)) }
    let first = try plan(load("architecture: \(architecture)")).runs[0]
    // What the resolved spec says leads there again.
    let again = try SpecLoader.load(text: first.resolvedSpec, name: "r.yaml")
    #expect(plan(again).runs[0].models[0].train == first.models[0].train)
    #expect(plan(again).runs[0].models[0].settings == first.models[0].settings)
  }

  @Test(arguments: [
    ("normalization: {mean: 0, variance: [1]}, ", ""),
    ("rescaling: {scale: [1], offset: 0}, ", ""),
    (
      "concatenate: [input, input], rescaling: [2, 2], ",
      "concatenate: [input, input], rescaling: 2, "
    ),
  ])
  func `lead to the results of shorter ones that compute the same`(long: String, short: String)
    throws
  {
    #expect(
      try key("{layers: [\(long)flatten, dense: 10]}")
        == key("{layers: [\(short)flatten, dense: 10]}"))
  }

  /// As tensorflow 2.15.1 names such a functional model.
  @Test func `without a name are counted as Keras counts them`() throws {
    let spec = try load(
      """
      architecture:
        layers: [conv2d: {filters: 4, kernel_size: 3, name: stem}, conv2d: {filters: 4, kernel_size: 3},
          conv2d: {filters: 4, kernel_size: 3, name: x}, conv2d: {filters: 4, kernel_size: 3},
          normalization: {mean: 0.5, variance: 0.25}, rescaling: 2, flatten, dense: 10]
      """)
    let settings = spec.settings.models[0].architecture
    #expect(settings.namesOfLayersWithWeights == ["stem", "conv2d", "x", "conv2d_1", "dense"])
    let text = plan(spec).modelsText
    try expectSnapshot(text, named: "models-names.txt")
  }

  @Test func `of an example are a plan, and a spec again, with every setting`() throws {
    try expectSnapshot(plan(try example("resnet8")).text(), named: "plan-resnet8.txt")
    try expectSnapshot(
      plan(try example("resnet8")).runs[0].resolvedSpec, named: "resolved-resnet8.yaml")
  }

  @Test func `have a summary with shapes and parameters`() throws {
    let text =
      try plan(example("quickstart")).modelsText + "\n" + plan(example("resnet8")).modelsText
    #expect(text.contains("93,322 parameters: 93,322 trainable, 0 non-trainable"))
    try expectSnapshot(text, named: "models.txt")
  }

  @Test func `take the place of the other form, and the other way round`() throws {
    let spec = try load(
      """
      architecture: {conv_filters: [8], num_fc_units: [4]}
      models:
        small: {}
        deep: {architecture: {layers: [flatten, dense: 10]}}
      """)
    #expect(spec.settings.models[0].architecture.network?.convFilters == [8])
    #expect(spec.settings.models[1].architecture.layers.count == 2)
    let other = try load(
      """
      architecture: {layers: [flatten, dense: 10]}
      models: {flat: {}, small: {architecture: {conv_filters: [8]}}}
      sweep: {grid: {architecture.layers: [[flatten, dense: 10], [flatten, dense: 5, dense: 10]]}}
      """)
    #expect(other.settings.models[1].architecture.network?.convFilters == [8])
    #expect(other.points.count == 2)
    #expect(other.points[1].settings.models[0].architecture.layers.count == 3)
  }

  private static let named = """
    dataset: {name: mnist}
    architecture:
      layers:
        - conv2d: {filters: 4, kernel_size: 3, name: stem}
        - flatten
        - dropout: {rate: 0.5, name: drop}
        - dense: 10
    """

  @Test func `are swept by the names of their layers`() throws {
    let spec = try SpecLoader.load(
      text: Self.named + """

        sweep:
          grid:
            architecture.layers.drop.rate: [0.1, 0.2]
            architecture.layers.stem.filters: [4, 8]
        """, name: "t.yaml")
    #expect(spec.axes.map(\.column) == ["rate", "filters"])
    #expect(spec.points.count == 4)
    let layers = spec.points[3].settings.models[0].architecture.layers
    #expect(layers[2].layer == Layer(Dropout(rate: 0.2)) && layers[2].name == "drop")
    #expect((layers[0].layer.layer as? Convolution2D)?.filters == 8)
  }

  @Test(arguments: [
    ("drop.rate=0.25", 0.25), ("architecture.layers.drop.rate=0.25", 0.25),
    ("architecture.layers.2.dropout.rate=0.25", 0.25), ("architecture.layers.2.dropout=0.75", 0.75),
  ])
  func `are changed by names or places`(override: String, rate: Double) throws {
    try withFolder(["t.yaml": Self.named]) { folder in
      let spec = try SpecLoader.load(
        path: folder.appending(path: "t.yaml").path, overrides: [SpecOverride(.set, override)])
      #expect(spec.settings.models[0].architecture.layers[2].layer == Layer(Dropout(rate: rate)))
    }
  }
}
