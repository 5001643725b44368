internal import Experiments
internal import Learning

extension StageWork {
  /// What about a stage no spec can say, in words; `nil` for work that can be tried.
  ///
  /// Requests and manifests are files, which may hold anything: this is asked before numbers of
  /// theirs are calculated with.
  var problem: String? {
    switch self {
    case .train(let work):
      work.dataset.problem ?? work.architecture.problem ?? work.training.problem
        ?? work.adversarial.problem
    case .evaluate(let work):
      work.dataset.problem ?? work.subjectArchitecture.problem ?? work.sourceArchitecture.problem
        ?? outOfRange("limit", work.limit ?? 1, 1...Int.max)
        ?? outOfRange("batch_size", work.batchSize, 1...largestBatch)
        ?? work.attack?.problem(classes: work.subjectArchitecture.numClasses)
        ?? (work.subjectArchitecture.inputShape == work.sourceArchitecture.inputShape
          ? nil : "source and subject see images of different shape")
    }
  }
}

/// So few that products of them fit an integer.
private let largestBatch = 1 << 31
private let mostSteps = 1 << 24
/// As many as random streams tell apart.
private let mostEpochs = (1 << 24) - 1

private func outOfRange<Number: Comparable>(
  _ name: String, _ value: Number, _ range: ClosedRange<Number>
) -> String? {
  range.contains(value) ? nil : "\(name) is \(value)"
}

private func notFinite(_ numbers: KeyValuePairs<String, Double?>) -> String? {
  numbers.first { $0.value?.isFinite == false }.map { "\($0.key) is \($0.value ?? .nan)" }
}

extension ResolvedDataset {
  fileprivate var problem: String? {
    outOfRange("train_limit", trainLimit ?? 1, 1...Int.max)
      ?? outOfRange("test_limit", testLimit ?? 1, 1...Int.max)
      ?? outOfRange("validation_split", validationSplit ?? 0, 0...(1 as Double).nextDown)
  }
}

extension ArchitectureSettings {
  fileprivate var problem: String? {
    // `Assembly` takes sizes by their places, inputs by theirs.
    let isWellFormed = inputShape.count == 3 && form.isWellFormed
    return isWellFormed && Assembly.architecture(self).isPossible
      ? nil : "the architecture is impossible"
  }
}

extension ArchitectureForm {
  fileprivate var isWellFormed: Bool {
    switch self {
    case .hparams(let network): network.kernelSize.count == 2 && network.poolSize.count == 2
    case .layers(let layers):
      layers.enumerated().allSatisfy { index, layer in
        !layer.inputs.isEmpty
          && layer.inputs.allSatisfy { $0 >= LayerSettings.images && $0 < index }
          && layer.kind.sizes.allSatisfy { $0.count == 2 }
      }
    }
  }
}

extension LayerKind {
  /// Each a height and a width.
  fileprivate var sizes: [[Int]] {
    switch self {
    case .convolution2D(_, let kernel, let strides, _, _, _): [kernel, strides]
    case .maxPooling2D(let size, let strides, _), .averagePooling2D(let size, let strides, _):
      [size, strides]
    case .globalAveragePooling2D, .flatten, .dense, .activation, .batchNormalization,
      .normalization, .rescaling, .dropout, .add, .concatenate:
      []
    }
  }
}

extension TrainingSettings {
  fileprivate var problem: String? {
    // A batch of more examples than there are is one of all.
    outOfRange("batch_size", batchSize, 1...Int.max)
      ?? outOfRange("epochs", epochs, 1...mostEpochs)
      ?? outOfRange("label_smoothing", labelSmoothing ?? 0, 0...(1 as Double).nextDown)
      ?? notFinite(["learning_rate": learningRate, "weight_decay": weightDecay])
      ?? outOfRange("checkpoint_every", checkpointEvery ?? 1, 1...Int.max)
      ?? earlyStopping.flatMap { outOfRange("patience", $0.patience, 0...Int.max) }
  }
}

extension AdversarialSettings {
  fileprivate var problem: String? {
    guard case .nsl(let nsl) = self else { return nil }
    if let mask = nsl.featureMask, !mask.shape.allSatisfy((1...1 << 16).contains) {
      return "feature_mask has shape \(mask.shape)"
    }
    return outOfRange("pgd_iterations", nsl.pgdIterations, 1...mostSteps)
      ?? outOfRange("pgd_epsilon", nsl.pgdEpsilon ?? 0, 0...Double.greatestFiniteMagnitude)
      ?? notFinite([
        "adv_multiplier": nsl.advMultiplier, "adv_step_size": nsl.advStepSize,
        "clip_value_min": nsl.clipValueMin, "clip_value_max": nsl.clipValueMax,
      ])
  }
}

extension AttackSettings {
  fileprivate func problem(classes: Int) -> String? {
    if case .label(let label) = target, !(0..<classes).contains(label) {
      return "targeted is \(label)"
    }
    // In single precision, as they are used.
    guard Float(clipMin) <= Float(clipMax) else { return "clip is [\(clipMin), \(clipMax)]" }
    return outOfRange("epsilon", epsilon, 0...Double.greatestFiniteMagnitude)
      ?? outOfRange("steps", steps, 0...mostSteps)
      ?? outOfRange("restarts", restarts, 1...mostSteps)
      ?? notFinite(["step_size": stepSize])
  }
}
