import YAML

/// Decodes a document, its `extends` already followed, into a spec.
struct SpecDecoder {
  private let root: Node
  private let source: SourceText
  private let diagnostics: Diagnostics

  init(_ root: Node, _ source: SourceText, _ diagnostics: Diagnostics) {
    self.root = root
    self.source = source
    self.diagnostics = diagnostics
  }

  /// The spec, or `nil` where the diagnostics say why there is none.
  func decode() -> Spec? {
    let reader = SectionReader(DocumentSection.section, root, diagnostics)
    let experiment = experiment(reader)
    let settings = SpecDecoder.settings(of: root, diagnostics)
    let names = modelNames(settings)
    let axes = SweepSection.decode(root, models: names, diagnostics)
    let seeds = SeedsSection.decode(reader.node("seeds"), diagnostics)
    let comparison = ComparisonSection.decode(reader.node("compare"), diagnostics)
    let points = points(axes, settings)
    guard let settings, diagnostics.all.isEmpty else { return nil }
    return Spec(
      experiment: experiment, settings: settings, axes: axes.map(\.axis), points: points,
      seeds: seeds, comparison: comparison)
  }

  /// The settings of a document without its sweep; `nil` where not even the data set is known.
  private static func settings(of root: Node, _ diagnostics: Diagnostics) -> RunSettings? {
    let dataset = DatasetSection.decode(root["dataset"], in: root.range, diagnostics)
    let models = ModelsSection.decode(root, dataset: dataset?.name, diagnostics)
    let evaluation = EvaluationSection.decode(
      root["eval"], models: models.map(\.name), diagnostics)
    return dataset.map { RunSettings(dataset: $0, models: models, evaluation: evaluation) }
  }

  private func modelNames(_ settings: RunSettings?) -> [String] {
    if let settings { return settings.models.map(\.name) }
    return root["models"]?.mapping?.compactMap { $0.key.scalar?.text }
      ?? ["base", "adv-regularized"]
  }

  private func experiment(_ reader: SectionReader) -> String {
    let stem = SpecFile.stem(of: source.name)
    if reader.node("experiment") != nil {
      let name = reader.value(DocumentSection.experiment) ?? stem
      if FolderName.reserved.contains(name) {
        diagnostics.error(
          .badName, "an experiment cannot be called `\(name)`: that folder of results is taken",
          at: reader.place("experiment"))
      }
      return name
    }
    let taken = FolderName.reserved.contains(stem) ? "is the name of another folder" : nil
    if let problem = FolderName.problem(with: stem) ?? taken {
      diagnostics.error(
        .badName, "the file's stem `\(Scalar(stem).excerpt)` \(problem)", at: root.range,
        suggestion: "name the experiment: `experiment: …`")
    }
    return stem
  }

  // MARK: Points

  /// Every point of the grid, decoded.
  ///
  /// A mistake in one value of an axis is found with the other axes untouched and lies at that
  /// value. Combinations are tried only where no single value is wrong; their mistakes name the
  /// point.
  private func points(_ axes: [SweepSection.SweepAxis], _ base: RunSettings?) -> [SpecPoint] {
    guard !axes.isEmpty else {
      return base.map { [SpecPoint(values: [], settings: $0)] } ?? []
    }
    for axis in axes {
      for node in axis.nodes { check(axis, node) }
    }
    guard diagnostics.all.isEmpty else { return [] }
    var points: [SpecPoint] = []
    for indices in Odometer(axes.map(\.nodes.count)) {
      let chosen = zip(axes, indices).map { ($0, $1) }
      var document = root
      for (axis, index) in chosen {
        // Each was set alone before without trouble; two of one family may still collide.
        guard
          let next = document.setting(axis.keys[...], to: axis.nodes[index], at: axis.range)
        else {
          refuse(axis)
          return []
        }
        document = next
      }
      let found = Diagnostics()
      let settings = SpecDecoder.settings(of: document, found)
      let values = chosen.map { $0.axis.values[$1] }
      let words = zip(axes, values).map { "\($0.axis.column)=\($1)" }.joined(separator: ", ")
      for var diagnostic in found.all {
        diagnostic.notes.append(Diagnostic.Note("at the point \(words)"))
        diagnostics.add(diagnostic)
      }
      // One wrong combination tells enough.
      guard found.all.isEmpty, let settings else { return [] }
      points.append(SpecPoint(values: values, settings: settings))
    }
    return points
  }

  private func check(_ axis: SweepSection.SweepAxis, _ node: Node) {
    guard let document = root.setting(axis.keys[...], to: node, at: axis.range) else {
      refuse(axis)
      return
    }
    let found = Diagnostics()
    _ = SpecDecoder.settings(of: document, found)
    let known = Set(diagnostics.all)
    for var diagnostic in found.all where !known.contains(diagnostic) {
      if diagnostic.range != node.range {
        diagnostic.notes.append(
          Diagnostic.Note("when the sweep sets `\(axis.axis.path)` to this", at: node.range))
      }
      diagnostics.add(diagnostic)
    }
  }

  private func refuse(_ axis: SweepSection.SweepAxis) {
    let parent = axis.keys.dropLast().joined(separator: ".")
    diagnostics.error(
      .conflict, "the sweep cannot set `\(axis.axis.path)`: `\(parent)` is no mapping here",
      at: axis.range)
  }
}

/// Counts through all combinations of digits below the given bounds, the last fastest.
struct Odometer: Sequence, IteratorProtocol {
  private let bounds: [Int]
  private var digits: [Int]?

  init(_ bounds: [Int]) {
    self.bounds = bounds
    digits = bounds.contains(0) ? nil : bounds.map { _ in 0 }
  }

  mutating func next() -> [Int]? {
    guard let current = digits else { return nil }
    var following = current
    var position = bounds.count - 1
    while position >= 0 {
      following[position] += 1
      if following[position] < bounds[position] { break }
      following[position] = 0
      position -= 1
    }
    digits = position < 0 ? nil : following
    return current
  }
}
