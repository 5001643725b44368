import Settings

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
    var encoder = KeyEncoder()
    TrainWork.write(
      to: &encoder, opening: TrainWork.opening(dataset, engine: engineRevision),
      architecture: KeyEncoder.lines { $0.add(architecture) },
      training: KeyEncoder.lines { $0.add(training) },
      adversarial: KeyEncoder.lines { $0.add(adversarial) }, seed: seed)
    return encoder
  }

  /// The beginning of the key's text, which the models of a plan mostly share.
  static func opening(_ dataset: ResolvedDataset, engine: Int) -> KeyEncoder {
    var encoder = KeyEncoder("train", engine: engine)
    encoder.add("data", dataset.digest)
    encoder.add(
      "dataset.train_limit", dataset.trainLimit.map { .integer($0) } ?? .text("all"))
    encoder.add("dataset.validation_split", dataset.validationSplit.map { .number($0) })
    if dataset.validationShuffle == true {
      encoder.add("dataset.validation_shuffle", .boolean(true))
    }
    return encoder
  }

  /// Writes the key's text, from the lines of its parts.
  static func write(
    to encoder: inout KeyEncoder, opening: KeyEncoder, architecture: KeyEncoder,
    training: KeyEncoder, adversarial: KeyEncoder, seed: Int
  ) {
    encoder.start(opening)
    encoder.add(architecture)
    encoder.add(training)
    encoder.add(adversarial)
    encoder.add("seeds", seed)
  }
}

extension EvaluateWork {
  /// The name of the evaluation's numbers in the store.
  ///
  /// The seed is part of it only where the attack draws random numbers: everything else depends
  /// on it through the trained models alone.
  package var key: StageKey { encoder.key }

  fileprivate var encoder: KeyEncoder {
    var opening = KeyEncoder("evaluate", engine: engineRevision)
    opening.add(
      dataset: dataset, split: split, limit: limit)
    var encoder = KeyEncoder()
    EvaluateWork.write(
      to: &encoder, opening: opening, subject: subject, source: source,
      attack: attack.map { attack in
        KeyEncoder.lines {
          $0.add(attack)
          $0.add(smaller: smaller ?? [], than: attack)
        }
      },
      seed: attack?.isRandom == true ? seed : nil)
    return encoder
  }

  /// Writes the key's text, from the lines of its parts.
  ///
  /// - Parameters:
  ///   - opening: The first line, and what is evaluated.
  ///   - attack: `nil` for clean images.
  ///   - seed: `nil` where nothing is drawn.
  static func write(
    to encoder: inout KeyEncoder, opening: KeyEncoder, subject: StageKey, source: StageKey,
    attack: KeyEncoder?, seed: Int?
  ) {
    encoder.start(opening)
    encoder.add("subject", subject)
    if let attack {
      encoder.add("source", source)
      encoder.add(attack)
    } else {
      encoder.add("eval.attacks.name", "clean")
    }
    if let seed { encoder.add("seeds", seed) }
  }
}

extension KeyEncoder {
  /// What is evaluated, whatever model is.
  mutating func add(
    dataset: ResolvedDataset, split: EvaluationSplit, limit: Int?
  ) {
    add("data", dataset.digest)
    add("eval.split", split.rawValue)
    // All limits take the first examples, so that only the smallest counts.
    let available = split == .test ? dataset.testLimit : dataset.trainLimit
    add(
      "examples", [available, limit].compactMap { $0 }.min().map { .integer($0) } ?? .text("all"))
  }

  mutating func add(_ settings: ArchitectureSettings) {
    let architecture = settings.architecture
    add("architecture.input_shape", .list(architecture.inputShape.map { .integer($0) }))
    add("architecture.num_classes", architecture.classes)
    // A list that says what the other form can say has that form's key.
    if let network = ConvolutionalNetwork(architecture) {
      // Pooling follows each convolution but the last.
      let lines = network.lines.filter {
        network.convFilters.count > 1 || $0.name != ConvolutionalNetwork.poolSizeKey
      }
      return add(lines, under: "architecture")
    }
    for (index, node) in architecture.layers.enumerated() {
      let settings = node.layer.settings.lines.compactMap { line in
        line.isInKey ? line.value.map { " \(line.name)=\($0.yaml)" } : nil
      }
      add(
        "architecture.layers[\(index)]",
        "\(node.layer.word)\(settings.joined()) inputs=\(node.inputs)")
    }
  }

  mutating func add(_ training: TrainingSettings) { add(training, under: "hparams") }

  mutating func add(_ method: TrainingMethod) {
    add("adversarial.method", method.word)
    add(method.settings, under: "adversarial")
  }

  mutating func add(_ settings: AttackSettings) {
    let attack = settings.evaluated
    add("eval.attacks.name", attack.method.word)
    let computation = attack.method.computation
    if computation > 1 { add("attack revision", computation) }
    add(attack, under: "eval.attacks")
    add(attack.method.settings, under: "eval.attacks")
  }

  /// The smaller epsilons of the list, whose fooled examples are not attacked again; nothing where
  /// there are none. Behind each stand the settings in which it differs from `attack`: those that
  /// follow from the epsilon.
  mutating func add(smaller: [AttackSettings], than attack: AttackSettings) {
    guard !smaller.isEmpty else { return }
    let own = keyValues(attack)
    let words = smaller.map { settings in
      let values = keyValues(settings)
      let epsilon = values.first { $0.name == "epsilon" }?.value ?? "none"
      let others = values.filter { value in
        value.name != "epsilon" && !own.contains { $0 == value }
      }
      let missing = own.filter { value in !values.contains { $0.name == value.name } }
      return
        ([epsilon] + others.map { "\($0.name)=\($0.value)" } + missing.map { "\($0.name)=none" })
        .joined(separator: " ")
    }
    add(StageFields.smallerEpsilons, words.joined(separator: ", "))
  }

  /// The settings of an attack that decide its outcomes, as YAML.
  private func keyValues(_ settings: AttackSettings) -> [(name: String, value: String)] {
    let attack = settings.evaluated
    var values = [(name: "name", value: attack.method.word)]
    attack.forEachKeyValue { values.append((name: $0, value: $1.yaml)) }
    attack.method.settings.forEachKeyValue { values.append((name: $0, value: $1.yaml)) }
    return values
  }
}
