extension StageWork {
  /// The text that the stage's key is the digest of: see `KeyEncoder`.
  package var canonicalText: String {
    switch self {
    case .train(let work): work.encoder.text
    case .evaluate(let work): work.encoder.text
    }
  }
}

extension StageWork {
  /// The name of the stage's output in the store.
  package var key: StageKey {
    switch self {
    case .train(let work): work.key
    case .evaluate(let work): work.key
    }
  }
}

extension TrainWork {
  /// The name of the trained model in the store.
  package var key: StageKey { encoder.key }

  fileprivate var encoder: KeyEncoder {
    TrainWork.encoder(
      opening: TrainWork.opening(dataset), architecture: KeyEncoder.lines { $0.add(architecture) },
      training: KeyEncoder.lines { $0.add(training) },
      adversarial: KeyEncoder.lines { $0.add(adversarial) },
      seed: seed)
  }

  /// The beginning of the key's text, which the models of a plan mostly share.
  static func opening(_ dataset: ResolvedDataset) -> KeyEncoder {
    var encoder = KeyEncoder("train")
    encoder.add("dataset", dataset.digest)
    encoder.add("train_limit", dataset.trainLimit)
    if let split = dataset.validationSplit { encoder.add("validation_split", split) }
    if dataset.validationShuffle == true { encoder.add("validation_shuffle", true) }
    return encoder
  }

  /// The key's text, from the lines of its parts.
  static func encoder(
    opening: KeyEncoder, architecture: KeyEncoder, training: KeyEncoder, adversarial: KeyEncoder,
    seed: Int
  ) -> KeyEncoder {
    var encoder = opening
    encoder.add(architecture)
    encoder.add(training)
    encoder.add(adversarial)
    encoder.add("seed", seed)
    return encoder
  }
}

extension EvaluateWork {
  /// The name of the evaluation's numbers in the store.
  ///
  /// The seed is part of it only where the attack draws random numbers: everything else depends
  /// on it through the trained models alone.
  package var key: StageKey { encoder.key }

  fileprivate var encoder: KeyEncoder {
    let limits = KeyEncoder.lines {
      $0.add(dataset: dataset, split: split, limit: limit, batchSize: batchSize)
    }
    return EvaluateWork.encoder(
      limits, subject: subject, source: source,
      attack: attack.map { attack in KeyEncoder.lines { $0.add(attack) } },
      seed: attack?.isRandom == true ? seed : nil)
  }

  /// The key's text, from the lines of its parts.
  ///
  /// - Parameters:
  ///   - attack: `nil` for clean images.
  ///   - seed: `nil` where nothing is drawn.
  static func encoder(
    _ data: KeyEncoder, subject: StageKey, source: StageKey, attack: KeyEncoder?, seed: Int?
  ) -> KeyEncoder {
    var encoder = KeyEncoder("evaluate")
    encoder.add(data)
    encoder.add("subject", subject)
    if let attack {
      encoder.add("source", source)
      encoder.add(attack)
    } else {
      encoder.add("attack", "clean")
    }
    if let seed { encoder.add("seed", seed) }
    return encoder
  }
}

extension AttackSettings {
  /// Whether the perturbation depends on random draws.
  package var isRandom: Bool {
    switch name {
    case .fgsm, .bim: target == .random
    case .pgd: randomStart || target == .random
    case .noiseUniform, .noiseGaussian: true
    }
  }
}

extension KeyEncoder {
  /// What is evaluated, whoever is asked.
  mutating func add(
    dataset: ResolvedDataset, split: EvaluationSplit, limit: Int?, batchSize: Int
  ) {
    add("dataset", dataset.digest)
    add("split", split.rawValue)
    // All limits cut from the front, so that only the smallest counts.
    let available = split == .test ? dataset.testLimit : dataset.trainLimit
    add("examples", [available, limit].compactMap { $0 }.min())
    add("batch_size", batchSize)
  }

  mutating func add(_ architecture: ArchitectureSettings) {
    add("input_shape", architecture.inputShape)
    add("num_classes", architecture.numClasses)
    let layers = architecture.normalizedLayers
    // A list that says what the other form can say has that form's key.
    if let network = ConvolutionalNetwork(layers, classes: architecture.numClasses) {
      add("conv_filters", network.convFilters)
      add("kernel_size", network.kernelSize)
      // Pooling follows each convolution but the last.
      if network.convFilters.count > 1 { add("pool_size", network.poolSize) }
      add("num_fc_units", network.numFCUnits)
      return
    }
    for (index, layer) in layers.enumerated() {
      add("layers[\(index)]", "\(layer.kind.keyText) inputs=\(layer.inputs)")
    }
  }

  mutating func add(_ training: TrainingSettings) {
    add("batch_size", training.batchSize)
    add("epochs", training.epochs)
    add("learning_rate", training.learningRate)
    switch training.optimizer {
    case .sgd(let momentum, let nesterov):
      add("optimizer", "sgd")
      add("momentum", momentum)
      add("nesterov", nesterov)
    case .rmsprop(let rho, let momentum, let epsilon, let centered):
      add("optimizer", "rmsprop")
      add("rho", rho)
      add("momentum", momentum)
      add("epsilon", epsilon)
      add("centered", centered)
    case .adagrad(let initial, let epsilon):
      add("optimizer", "adagrad")
      add("initial_accumulator_value", initial)
      add("epsilon", epsilon)
    case .adam(let beta1, let beta2, let epsilon, let amsgrad):
      add("optimizer", "adam")
      add("beta_1", beta1)
      add("beta_2", beta2)
      add("epsilon", epsilon)
      if amsgrad { add("amsgrad", amsgrad) }
    }
    if let decay = training.weightDecay { add("weight_decay", decay) }
    if let smoothing = training.labelSmoothing { add("label_smoothing", smoothing) }
    if let schedule = training.schedule { add(schedule) }
    if let stopping = training.earlyStopping { add(stopping) }
    // Not the numbers but the files differ: what was stored without them lacks them.
    if let epochs = training.checkpointEvery { add("checkpoint_every", epochs) }
  }

  mutating func add(_ adversarial: AdversarialSettings) {
    guard case .nsl(let nsl) = adversarial else {
      add("adversarial", "none")
      return
    }
    add("adversarial", "nsl")
    add("adv_multiplier", nsl.advMultiplier)
    add("adv_step_size", nsl.advStepSize)
    add("adv_grad_norm", nsl.advGradNorm.rawValue)
    if let mask = nsl.featureMask {
      add("feature_mask.shape", mask.shape)
      add("feature_mask", mask.values.map { "\($0 + 0)" }.joined(separator: " "))
    }
    if let minimum = nsl.clipValueMin { add("clip_value_min", minimum) }
    if let maximum = nsl.clipValueMax { add("clip_value_max", maximum) }
    add("pgd_iterations", nsl.pgdIterations)
    if let epsilon = nsl.pgdEpsilon { add("pgd_epsilon", epsilon) }
    add("random_init", nsl.randomInit)
  }

  mutating func add(_ attack: AttackSettings) {
    add("attack", attack.name.rawValue)
    add("norm", attack.norm.rawValue)
    add("epsilon", attack.epsilon)
    add("clip_min", attack.clipMin)
    add("clip_max", attack.clipMax)
    switch attack.name {
    case .fgsm: break
    case .bim, .pgd:
      add("step_size", attack.stepSize)
      add("steps", attack.steps)
      add("random_start", attack.randomStart)
    case .noiseUniform, .noiseGaussian: break
    }
    add("restarts", attack.restarts)
    if let target = attack.target { add("targeted", target.name) }
  }
}
