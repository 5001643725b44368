import Settings
import YAML

/// One item of `architecture.layers`: a word, or a word and the settings of that layer.
enum LayerSection {
  static let name = OptionalKey(
    "name", .name("the layer"), .words("none"), "the layer's name, for `inputs` of other layers")
  static let inputs = KeyDescription(
    name: "inputs",
    schema: .either([.name, .list(of: .name, minimum: 1, maximum: nil)]),
    defaultValue: .words("the previous layer"),
    summary: "the layer whose output it takes; `input` for the images")
  static let mergedInputs = KeyDescription(
    name: "inputs", schema: .list(of: .name, minimum: 2, maximum: nil), defaultValue: .required,
    summary: "the layers whose outputs it takes; `input` for the images")

  /// The layer of a word, with its defaults.
  static func layer(_ word: String) -> Layer? {
    Layer.alternatives.first { $0.word == word }?.preset
  }

  /// The settings of a layer.
  static func section(of layer: Layer) -> Section { Vocabulary[sectionName(of: layer)] }

  private static func sectionName(of layer: Layer) -> String {
    "architecture.layers.\(layer.word)"
  }

  private static func makeSection(_ alternative: Alternative<Layer>) -> Section {
    Section(
      sectionName(of: alternative.preset), alternative.summary,
      keys: alternative.keys
        + [name.description, alternative.preset.mergesInputs ? mergedInputs : inputs])
  }

  /// One layer: its word as the key.
  static let section = Section(
    "architecture.layers", "the layers, in order: each a word, or a word and its settings",
    keys: Layer.alternatives.map { alternative in
      let own = makeSection(alternative)
      let main = type(of: alternative.preset.layer).mainKey
      let setting = own.keys.first { $0.name == main }
      let whole = ValueSchema.section(own.name)
      return KeyDescription(
        name: alternative.word, schema: setting.map { .either([$0.schema, whole]) } ?? whole,
        defaultValue: .notApplicable, summary: own.summary)
    })

  static let schema = ValueSchema.either([.choice(Layer.words), .section(section.name)])

  static let sections = [section] + Layer.alternatives.map(makeSection)
}
