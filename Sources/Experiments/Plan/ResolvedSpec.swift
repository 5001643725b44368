/// Writes the spec of one run with every default filled in.
enum ResolvedSpec {
  /// The name of such a spec's own experiment: running it does not touch the sweep's results.
  static func name(_ experiment: String, run: String) -> String {
    let room = FolderName.maximumLength - run.utf8.count - 1
    return "\(experiment.prefix(room))-\(run)"
  }

  /// A spec in YAML that leads to the same stages as the run.
  ///
  /// - Parameter dataset: The data set that is used, which may be the spec's fallback.
  static func yaml(
    experiment: String, settings: RunSettings, dataset: ResolvedDataset, seed: Int
  ) -> String {
    let dataset = PathVariables.escaped(dataset)
    var writer = BlockWriter()
    writer.add("experiment", quoted(experiment))
    writer.section("dataset") {
      $0.add(DatasetSection.name, dataset.name)
      if let path = dataset.path { $0.add(DatasetSection.path, path) }
      if let files = dataset.files {
        $0.add(DatasetSection.trainImages, files.trainImages)
        $0.add(DatasetSection.trainLabels, files.trainLabels)
        $0.add(DatasetSection.testImages, files.testImages)
        $0.add(DatasetSection.testLabels, files.testLabels)
      }
      $0.add("fallback", "none")
      $0.add(DatasetSection.trainLimit, dataset.trainLimit)
      $0.add(DatasetSection.testLimit, dataset.testLimit)
      $0.add(DatasetSection.validationSplit, dataset.validationSplit ?? 0)
      if dataset.validationShuffle == true { $0.add(DatasetSection.validationShuffle, true) }
    }
    let models = settings.models
    // What all models share stands once, above them.
    let architecture = shared(models.map(\.architecture))
    let training = shared(models.map(\.training))
    if let architecture { writer.section("architecture") { add(architecture, &$0) } }
    if let training { writer.section("hparams") { add(training, &$0) } }
    writer.section("models") { writer in
      for model in models {
        writer.section(quoted(model.name)) { writer in
          if architecture == nil {
            writer.section("architecture") { add(model.architecture, &$0) }
          }
          if training == nil { writer.section("hparams") { add(model.training, &$0) } }
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

  private static func add(_ settings: ArchitectureSettings, _ writer: inout BlockWriter) {
    writer.add(ArchitectureSection.inputShape, settings.inputShape)
    writer.add(ArchitectureSection.numClasses, settings.numClasses)
    switch settings.form {
    case .hparams(let network):
      writer.add(ArchitectureSection.convFilters, network.convFilters)
      writer.add(ArchitectureSection.kernelSize, network.kernelSize)
      writer.add(ArchitectureSection.poolSize, network.poolSize)
      writer.add(ArchitectureSection.numFCUnits, network.numFCUnits)
    case .layers(let layers):
      writer.words(ArchitectureSection.layers.name, LayersText(layers).lines)
    }
  }

  private static func add(_ settings: TrainingSettings, _ writer: inout BlockWriter) {
    writer.add(TrainingSection.batchSize, settings.batchSize)
    writer.add(TrainingSection.epochs, settings.epochs)
    writer.section(TrainingSection.optimizer.name) { add(settings.optimizer, &$0) }
    writer.add(TrainingSection.learningRate, settings.learningRate)
    if let schedule = settings.schedule {
      writer.section(TrainingSection.schedule.name) { add(schedule, &$0) }
    } else {
      writer.add(TrainingSection.schedule.name, ScheduleName.constant.rawValue)
    }
    writer.add(TrainingSection.weightDecay, settings.weightDecay ?? 0)
    writer.add(TrainingSection.labelSmoothing, settings.labelSmoothing ?? 0)
    if let stopping = settings.earlyStopping {
      writer.section(TrainingSection.earlyStopping.name) { add(stopping, &$0) }
    } else {
      writer.add(TrainingSection.earlyStopping.name, "none")
    }
    writer.add(TrainingSection.checkpointEvery, settings.checkpointEvery)
  }

  private static func add(_ settings: OptimizerSettings, _ writer: inout BlockWriter) {
    switch settings {
    case .sgd(let momentum, let nesterov):
      writer.add(OptimizerSection.name, .sgd)
      writer.add(OptimizerSection.momentum, momentum)
      writer.add(OptimizerSection.nesterov, nesterov)
    case .rmsprop(let rho, let momentum, let epsilon, let centered):
      writer.add(OptimizerSection.name, .rmsprop)
      writer.add(OptimizerSection.rho, rho)
      writer.add(OptimizerSection.momentum, momentum)
      writer.add(OptimizerSection.epsilon, epsilon)
      writer.add(OptimizerSection.centered, centered)
    case .adagrad(let initial, let epsilon):
      writer.add(OptimizerSection.name, .adagrad)
      writer.add(OptimizerSection.initialAccumulator, initial)
      writer.add(OptimizerSection.epsilon, epsilon)
    case .adam(let beta1, let beta2, let epsilon, let amsgrad):
      writer.add(OptimizerSection.name, .adam)
      writer.add(OptimizerSection.beta1, beta1)
      writer.add(OptimizerSection.beta2, beta2)
      writer.add(OptimizerSection.epsilon, epsilon)
      writer.add(OptimizerSection.amsgrad, amsgrad)
    }
  }

  private static func add(_ settings: AdversarialSettings, _ writer: inout BlockWriter) {
    guard case .nsl(let nsl) = settings else {
      writer.add("adversarial", "none")
      return
    }
    writer.section("adversarial") {
      $0.add(AdversarialSection.method, .nsl)
      $0.add(AdversarialSection.advMultiplier, nsl.advMultiplier)
      $0.add(AdversarialSection.advStepSize, nsl.advStepSize)
      $0.add(AdversarialSection.advGradNorm, nsl.advGradNorm)
      $0.add(AdversarialSection.featureMask, nsl.featureMask)
      $0.add(AdversarialSection.clipValueMin, nsl.clipValueMin)
      $0.add(AdversarialSection.clipValueMax, nsl.clipValueMax)
      $0.add(AdversarialSection.pgdIterations, nsl.pgdIterations)
      $0.add(AdversarialSection.pgdEpsilon, nsl.pgdEpsilon)
      $0.add(AdversarialSection.randomInit, nsl.randomInit)
    }
  }

  private static func add(_ settings: EvaluationSettings, _ writer: inout BlockWriter) {
    writer.add(EvaluationSection.split, settings.split)
    writer.add(EvaluationSection.limit, settings.limit)
    writer.add(EvaluationSection.batchSize, settings.batchSize)
    guard !settings.attacks.isEmpty else {
      writer.add("attacks", "[]")
      return
    }
    writer.items("attacks", settings.attacks) { attack, writer in
      writer.add(AttackSection.name, attack.name)
      writer.add(AttackSection.label, attack.label)
      switch attack.name {
      case .noiseUniform, .noiseGaussian: break
      case .fgsm, .bim, .pgd:
        let source = if case .model(let name) = attack.source { name } else { "self" }
        writer.add(AttackSection.source, source)
      }
      writer.add(AttackSection.norm, attack.norm)
      writer.add("epsilon", "\(attack.epsilon)")
      switch attack.name {
      case .fgsm: break
      case .bim, .pgd:
        // A step of 0, in single precision, is that of an epsilon of 0: its default.
        if Float(attack.stepSize) > 0 { writer.add(AttackSection.stepSize, attack.stepSize) }
        writer.add(AttackSection.stepCount, attack.steps)
      case .noiseUniform, .noiseGaussian: break
      }
      if attack.name != .fgsm, attack.name != .bim {
        writer.add(AttackSection.restarts, attack.restarts)
      }
      if attack.name == .pgd { writer.add(AttackSection.randomStart, attack.randomStart) }
      if attack.target != nil { writer.add(AttackSection.targeted, attack.target) }
      writer.add(AttackSection.clip, [attack.clipMin, attack.clipMax])
      writer.add(AttackSection.limit, attack.limit)
    }
  }
}

/// Writes YAML in block style, values through the types of their keys.
struct BlockWriter {
  private(set) var text = ""
  private var indent = ""

  mutating func add(_ name: String, _ value: String) {
    text += "\(indent)\(name): \(value)\n"
  }

  mutating func add<Value>(_ key: Key<Value>, _ value: Value) {
    add(key.name, key.type.encode(value))
  }

  /// A key without a value is written as null, which means the same.
  mutating func add<Value>(_ key: OptionalKey<Value>, _ value: Value?) {
    add(key.name, value.map(key.type.encode) ?? "null")
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
