internal import Settings

/// The document itself.
enum DocumentSection {
  static let experiment = OptionalKey(
    "experiment", .name("the experiment's name"), .words("the file's stem"),
    "the experiment's name, which names the folder of its results")
  static let summary = OptionalKey(
    "description", .text, .words("none"), "what the experiment is about, for people")
  static let tags = Key(
    "tags", .list(of: .name("the tag")), default: [],
    "words by which experiments are found again")
  static let extends = OptionalKey(
    "extends", .text, .words("none"),
    "another spec that this one is laid over, relative to this file")

  /// What is about one experiment, and not handed down to specs that extend it.
  static let ownKeys = [experiment.name, summary.name, tags.name, "compare"]

  static let section = Section(
    "", "one experiment",
    keys: [
      experiment.description, summary.description, tags.description, extends.description,
      describe(
        "dataset", .either([DatasetSettings.names.schema, .section("dataset")]), .required,
        "what is learned: a name, or a mapping with `name`"),
      describe(
        "architecture", .section("architecture"), .words("the tutorial's network"),
        "the network"),
      describe("hparams", .section("hparams"), .words("its keys' defaults"), "how it is trained"),
      describe(
        "adversarial", .either([.choice(["none"]), .section("adversarial")]), .value("none"),
        "what is added to the loss to make it robust"),
      describe(
        "models", .map(.section("models.NAME")),
        .words("`base` without `adversarial`, and `adv-regularized` where there is one"),
        "the models of a run: name, and what differs from the sections above"),
      describe(
        "eval", .section("eval"), .words("clean images of the test split"), "what is measured"),
      describe(
        "sweep",
        .either([
          .section("sweep"), .list(of: .section("sweep"), minimum: 1, maximum: nil),
        ]), .words("one point"), "what varies; the points of several blocks are united"),
      describe(
        "seeds",
        .either([
          .list(of: .integer(0...Int.max), minimum: 1, maximum: nil),
          .integer(1...SeedsSection.maximum),
        ]), .value("1"), "a list of seeds, or a count `n` for `0..<n`"),
      describe("compare", .section("compare"), .words("none"), "what `diff` compares with"),
    ])

  private static func describe(
    _ name: String, _ schema: ValueSchema, _ value: KeyDescription.Default, _ summary: String
  ) -> KeyDescription {
    KeyDescription(name: name, schema: schema, defaultValue: value, summary: summary)
  }
}
