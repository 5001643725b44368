import Settings
import YAML

/// Decodes a document, its `extends` already followed, into a spec.
struct SpecDecoder {
  private let root: Node
  /// The name of the spec's file without its ending; `nil` where it has none.
  private let stem: String?
  private let diagnostics: Diagnostics

  init(_ root: Node, stem: String?, _ diagnostics: Diagnostics) {
    self.root = root
    self.stem = stem
    self.diagnostics = diagnostics
  }

  /// The spec, or `nil` where the diagnostics say why there is none.
  func decode() -> Spec? {
    let reader = SectionReader(DocumentSection.section, root, diagnostics)
    let experiment = experiment(reader)
    let (description, tags) = (description(reader), tags(reader))
    // A section whose name has a typo is looked into nevertheless.
    let root = SweepNesting.flattened(DocumentSection.section.mended(self.root))
    let models = ModelsSection.decode(root, diagnostics)
    let base = PointDecoder(root, axes: [], columns: [], models: models)
    let settings = base.decode([]).map { base.tables.settings($0.record) }
    let draft = SweepSection.decode(
      root, models: models?.map(\.name) ?? [], SpecValues(root), diagnostics)
    let seeds = SeedsSection.decode(reader.node("seeds"), diagnostics)
    let comparison = ComparisonSection.decode(reader.node("compare"), diagnostics)
    let launcher = LauncherSection.decode(reader)
    let execution = execution(reader)
    let threads = reader.value(DocumentSection.threads)
    var expander = SweepExpander(root, draft, models: models, base: base.found, diagnostics)
    let points = expander.expand()
    if let points {
      checkImages(of: points)
      checkSize(points, seeds.count)
    }
    guard let points, let first = points.first, diagnostics.all.isEmpty else { return nil }
    // What the spec leaves to its sweep is that of the first point.
    return Spec(
      experiment: experiment, description: description, tags: tags,
      settings: settings ?? first.settings, axes: expander.plannedAxes,
      points: points, expansion: expander.expansion, seeds: seeds, comparison: comparison,
      launcher: launcher, execution: execution, threads: threads,
      dataPlaces: DataPlaces(root[DatasetSection.section.name]),
      warnings: DiagnosticsError(diagnostics.warnings + expander.warnings).diagnostics)
  }

  /// The most rows of a table: every model of every run, clean and under each attack.
  private static let maximumRows = 5_000_000

  /// Refuses a plan that would take too long to make.
  private func checkSize(_ points: SpecPoints, _ seeds: Int) {
    let runs = points.count.timesAtMost(seeds)
    let place = (root["sweep"] ?? root["seeds"] ?? root).range
    guard runs <= SweepSection.maximumRuns else {
      diagnostics.error(
        .outOfRange,
        SweepSection.tooManyRuns("\(points.count) points and \(seeds) seeds, \(runs) runs"),
        at: place)
      return
    }
    let rows = points.records.values.reduce(0) { sum, point in
      let attacks = points.tables.evaluations.values[Int(point.evaluation)].attacks.count
      return sum.plusAtMost(point.models.count.timesAtMost(attacks + 1).timesAtMost(seeds))
    }
    guard rows > SpecDecoder.maximumRows else { return }
    diagnostics.error(
      .outOfRange,
      "the results of this spec would have \(rows) rows; the limit is \(SpecDecoder.maximumRows)",
      at: place)
  }

  /// Of own files only the spec says what they hold, and they hold one thing.
  private func checkImages(of points: SpecPoints) {
    let tables = points.tables
    func format(_ model: SpecPoints.Model) -> [Int] {
      let architecture = tables.architectures.values[Int(model.architecture)]
      return architecture.inputShape + [architecture.numClasses]
    }
    let used = Set(points.records.values.flatMap(\.models)).sorted().map {
      tables.models.values[Int($0)]
    }
    guard let first = used.first, let other = used.first(where: { format($0) != format(first) })
    else { return }
    let names = [other, first].map { "`\(tables.names.values[Int($0.name)])`" }
    let isOne = names[0] == names[1]
    diagnostics.error(
      .conflict,
      (isOne ? "the points of the sweep" : "\(names[0]) and \(names[1])")
        + " differ in `input_shape` or `num_classes`, but get the same images",
      at: (root[isOne ? "sweep" : "models"] ?? root).range)
  }

  /// Without the line breaks at the end of a block of text.
  private func description(_ reader: SectionReader) -> String? {
    reader.value(DocumentSection.summary).map { text in
      String(text.reversed().drop { $0.isWhitespace }.reversed())
    }
  }

  private func execution(_ reader: SectionReader) -> ExecutionSettings {
    var settings = ExecutionSettings()
    settings.retries = reader.value(DocumentSection.retries)
    settings.timeout = reader.value(DocumentSection.timeout)
    return settings
  }

  private func tags(_ reader: SectionReader) -> [String] {
    let key = DocumentSection.tags
    if let node = reader.node(key.name), let word = word(of: node) {
      mismatch(
        node, key.name, key.type.schema, diagnostics,
        suggestion: "write `[\(Scalar(word).excerpt)]`")
      return []
    }
    let tags = reader.value(key)
    for (index, tag) in tags.enumerated() where tags[..<index].contains(tag) {
      diagnostics.error(
        .duplicate, "the tag `\(tag)` appears twice",
        at: reader.node(key.name)?.sequence?[index].range)
    }
    return tags
  }

  private func experiment(_ reader: SectionReader) -> String {
    if reader.node("experiment") != nil {
      let name = reader.value(DocumentSection.experiment) ?? ""
      if FolderName.reserved.contains(name) {
        diagnostics.error(
          .badName, "an experiment cannot be called `\(name)`: that results folder is reserved",
          at: reader.place("experiment"))
      }
      return name
    }
    guard let stem else {
      diagnostics.error(
        .missingKey, "`experiment` is missing: a spec from a pipe has no file name",
        at: root.range,
        suggestion: "write `experiment: my-experiment`, or on the command line "
          + "`experiment=my-experiment`")
      return ""
    }
    let taken = FolderName.reserved.contains(stem) ? "is a reserved results folder" : nil
    if let problem = FolderName.problem(with: stem) ?? taken {
      diagnostics.error(
        .badName, "the file name `\(Scalar(stem).excerpt)` \(problem)", at: root.range,
        suggestion: "name the experiment: `experiment: …`")
    }
    return stem
  }
}
