import Settings

/// Writes the spec of one run with every default filled in.
enum ResolvedSpec {
  /// The name of such a spec's own experiment: running it does not touch the sweep's results.
  static func name(_ experiment: String, run: String) -> String {
    let room = FolderName.maximumLength - run.utf8.count - 1
    return "\(experiment.prefix(room))-\(run)"
  }

  /// A spec in YAML that leads to the same stages as the run.
  ///
  /// - Parameter dataset: The dataset that is used, which may be the spec's fallback.
  static func yaml(
    experiment: String, settings: RunSettings, dataset: ResolvedDataset, seed: Int
  ) -> String {
    var writer = BlockWriter()
    writer.add("experiment", quoted(experiment))
    writer.section("dataset") { $0.add(lines(of: dataset, settings.dataset)) }
    let models = settings.models
    // What all models share stands once, above them.
    let architecture = shared(models.map(\.architecture))
    let training = shared(models.map(\.training))
    if let architecture { writer.section("architecture") { add(architecture, &$0) } }
    if let training { writer.section("hparams") { $0.add(training.lines) } }
    writer.section("models") { writer in
      for model in models {
        writer.section(quoted(model.name)) { writer in
          if architecture == nil {
            writer.section("architecture") { add(model.architecture, &$0) }
          }
          if training == nil { writer.section("hparams") { $0.add(model.training.lines) } }
          add(model.adversarial, &writer)
        }
      }
    }
    writer.section("eval") { add(settings.evaluation, &$0) }
    writer.add("seeds", "[\(seed)]")
    return writer.text
  }

  private static func shared<Value: Equatable>(_ values: [Value]) -> Value? {
    values.allSatisfy { $0 == values.first } ? values.first : nil
  }

  /// The settings of the dataset that is used: without a fallback, for it is there.
  private static func lines(
    of dataset: ResolvedDataset, _ settings: DatasetSettings
  ) -> [SettingLine] {
    var used = settings
    used.name = dataset.name
    used.fallback = nil
    used.escapePaths()
    if settings.name != dataset.name {
      used.path = nil
      (used.trainImages, used.trainLabels, used.testImages, used.testLabels) = (nil, nil, nil, nil)
    }
    let files = Set(DatasetSettings.placeKeys)
    return used.lines.filter { line in
      line.name == "validation_shuffle"
        ? used.validationShuffle : line.value != nil || !files.contains(line.name)
    }
  }

  private static func add(_ settings: ArchitectureSettings, _ writer: inout BlockWriter) {
    writer.add(
      ArchitectureSection.inputShape.name,
      ArchitectureSection.inputShape.type.encode(settings.inputShape).yaml)
    writer.add(ArchitectureSection.numClasses.name, "\(settings.numClasses)")
    switch settings.form {
    case .hparams(let network): writer.add(network.lines)
    case .layers(let layers):
      writer.words(ArchitectureSection.layers.name, layers.indices.map { line($0, of: layers) })
    }
  }

  /// One layer, with every setting.
  private static func line(_ index: Int, of layers: [LayerSettings]) -> String {
    let layer = layers[index]
    var settings = layer.layer.settings.lines.compactMap(\.yaml)
    if let name = layer.name { settings.append("\(LayerSection.name.name): \(quoted(name))") }
    if layer.layer.mergesInputs || layer.inputs != [index - 1] {
      let inputs = layer.inputs.map {
        $0 < 0 ? LayersDecoder.images : quoted(layers[$0].name ?? "")
      }
      settings.append("\(LayerSection.inputs.name): [\(inputs.joined(separator: ", "))]")
    }
    let word = layer.layer.word
    return settings.isEmpty ? word : "\(word): { \(settings.joined(separator: ", ")) }"
  }

  private static func add(_ method: TrainingMethod, _ writer: inout BlockWriter) {
    guard !method.isNone else { return writer.add(AdversarialSection.section.name, method.word) }
    writer.section(AdversarialSection.section.name) {
      $0.add(AdversarialSection.method, method.word)
      $0.add(method.settings.lines)
    }
  }

  private static func add(_ settings: EvaluationSettings, _ writer: inout BlockWriter) {
    writer.add(settings.lines)
    let name = EvaluationSection.attacks.name
    guard !settings.attacks.isEmpty else { return writer.add(name, "[]") }
    writer.items(name, lists(settings)) { rows, writer in
      let attack = rows[0]
      let known = AttackSection.settings(of: attack.method)
      writer.add(AttackSection.name, attack.method.word)
      let lines = shared(rows)
      writer.add(
        lines.filter { line in
          // A step of 0, in single precision, is that of an epsilon of 0: its default.
          let isTooShort =
            if case .number(let step) = line.value { Float(step) == 0 } else { false }
          let isDefault = line.name == AttackSection.label && line.value == nil
          return known.contains(line.name) && !isDefault
            && !(line.name == "step_size" && isTooShort)
        })
    }
  }

  /// The items of `eval.attacks`, each with its rows: one, but of a list whose epsilons go on with
  /// what the smaller ones have left.
  private static func lists(_ settings: EvaluationSettings) -> [[AttackSettings]] {
    var lists: [(position: Int, rows: [AttackSettings])] = []
    for (position, attack) in zip(settings.positions, settings.attacks) {
      if lists.last?.position == position, attack.method.attack.stopsWhenFooled {
        lists[lists.count - 1].rows.append(attack)
      } else {
        lists.append((position, [attack]))
      }
    }
    return lists.map(\.rows)
  }

  /// The settings of the rows of one item, with a list of their epsilons. What else differs follows
  /// from the epsilon, and is left out.
  private static func shared(_ rows: [AttackSettings]) -> [SettingLine] {
    let all = rows.map { $0.lines + $0.method.settings.lines }
    guard rows.count > 1 else { return all[0] }
    return all[0].enumerated().compactMap { index, line in
      var line = line
      if line.name == AttackSection.epsilon {
        line.value = .list(all.compactMap { $0[index].value })
      } else if !all.allSatisfy({ $0[index].value == line.value }) {
        return nil
      }
      return line
    }
  }
}

extension DatasetSettings {
  /// A spec reads a `$` as the beginning of a variable.
  fileprivate mutating func escapePaths() {
    let paths: [WritableKeyPath<DatasetSettings, String?>] = [
      \.path, \.trainImages, \.trainLabels, \.testImages, \.testLabels,
    ]
    for path in paths { self[keyPath: path] = self[keyPath: path].map(PathVariables.escaped) }
  }
}

/// Writes YAML in block style.
struct BlockWriter {
  private(set) var text = ""
  private var indent = ""

  mutating func add(_ name: String, _ value: String) {
    text += "\(indent)\(name): \(value)\n"
  }

  /// Settings; of one without a value, that it has none.
  mutating func add(_ lines: [SettingLine]) {
    for line in lines {
      switch line.value {
      case .section(let lines)?: section(line.name) { $0.add(lines.filter { $0.value != nil }) }
      case .choice(let word, let lines)?:
        section(line.name) {
          $0.add("name", quoted(word))
          $0.add(lines.filter { $0.value != nil })
        }
      default: add(line.name, line.value?.yaml ?? line.absent)
      }
    }
  }

  mutating func section(_ name: String, _ body: (inout BlockWriter) -> Void) {
    text += "\(indent)\(name):\n"
    nested("  ", body)
  }

  mutating func items<Item>(
    _ name: String, _ items: [Item], _ body: (Item, inout BlockWriter) -> Void
  ) {
    text += "\(indent)\(name):\n"
    for item in items {
      var writer = BlockWriter()
      writer.indent = indent + "    "
      body(item, &writer)
      // The first key of an item stands behind its dash.
      text += indent + "  - " + writer.text.dropFirst(writer.indent.count)
    }
  }

  /// A list with one item, in flow style, a line.
  mutating func words(_ name: String, _ items: [String]) {
    text += "\(indent)\(name):\n"
    for item in items { text += "\(indent)  - \(item)\n" }
  }

  private mutating func nested(_ step: String, _ body: (inout BlockWriter) -> Void) {
    let outer = indent
    indent += step
    body(&self)
    indent = outer
  }
}
