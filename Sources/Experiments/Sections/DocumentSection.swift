internal import Settings

/// The document itself.
enum DocumentSection {
  static let experiment = OptionalKey(
    "experiment", .name("the experiment's name"), .words("the file name without its extension"),
    "the experiment's name, and that of its results folder")
  static let summary = OptionalKey(
    "description", .text, .words("none"), "a description of the experiment, for readers")
  static let tags = Key(
    "tags", .list(of: .name("the tag")), default: [],
    "keywords, kept in `results.json`")
  static let extends = OptionalKey(
    "extends", .text, .words("none"),
    "another spec that this one extends, relative to this file")

  static let retries = Key(
    "retries", .integer(0...ExecutionSettings.mostRetries),
    default: ExecutionSettings.standardRetries,
    "how often a training or evaluation that crashes or hangs is begun again, where it was saved")
  static let timeout = OptionalKey(
    "timeout", .time, .words("none"),
    "a training or evaluation that takes longer is ended: `90` (seconds), `10m`, `1h30m`")
  static let threads = OptionalKey(
    "threads", .integer(1...1024), .words("the idle processors, divided among the stages"),
    "threads of each training and each evaluation; it changes no result")

  /// What is about one experiment, and not handed down to specs that extend it.
  static let ownKeys = [experiment.name, summary.name, tags.name, "compare"]

  static let section = Section(
    "", "one experiment",
    keys: [
      experiment.description, summary.description, tags.description, extends.description,
      describe(
        "dataset", .either([DatasetSettings.names.schema, .section("dataset")]), .required,
        "the dataset: a name, or a mapping with `name`"),
      describe(
        "architecture", .section("architecture"), .words("the tutorial's network"),
        "the network"),
      describe(
        "hparams", .section("hparams"), .words("the defaults of its keys"), "how models are trained"
      ),
      describe(
        "adversarial", .either([.choice(["none"]), .section("adversarial")]), .value("none"),
        "how models are trained to be robust"),
      describe(
        "models", .map(.section("models.NAME")),
        .words("`base` without `adversarial`; also `adv-regularized` if there is an `adversarial`"),
        "the models of a run, by name: what differs from the sections above"),
      describe(
        "eval", .section("eval"), .words("clean images of the test split"),
        "how models are evaluated"),
      describe(
        "sweep",
        .either([
          .section("sweep"), .list(of: .section("sweep"), minimum: 1, maximum: nil),
        ]), .words("one point"),
        "what varies from run to run; of several blocks, the points of all are run"),
      describe(
        "seeds",
        .either([
          .list(of: .integer(0...Int.max), minimum: 1, maximum: nil),
          .integer(1...SeedsSection.maximum),
        ]), .value("1"), "a list of seeds, or a count `n` for `0..<n`"),
      describe(
        "compare", .section("compare"), .words("none"),
        "what `diff` compares the results with, and how"),
      describe(
        "launcher", LauncherSection.type.schema, .value(LauncherSettings.local.word),
        "where stages run: this machine, or a Slurm cluster"),
      retries.description, timeout.description,
      threads.description,
    ])

  private static func describe(
    _ name: String, _ schema: ValueSchema, _ value: KeyDescription.Default, _ summary: String
  ) -> KeyDescription {
    KeyDescription(name: name, schema: schema, defaultValue: value, summary: summary)
  }
}
