/// The data sets a spec may name.
package enum DatasetName: String, Codable, Hashable, Sendable, CaseIterable {
  case mnist
  case fashionMNIST = "fashion-mnist"
  case kmnist
  case cifar10
  case syntheticDigits = "synthetic-digits"
  /// The user's own IDX files.
  case idx
  /// The user's own arrays, in NPY and NPZ files.
  case files
}

/// A file for each array of own data, from the root.
package struct OwnFilesSettings: Codable, Hashable, Sendable {
  package var trainImages: String
  package var trainLabels: String
  package var testImages: String
  package var testLabels: String
}

/// `dataset:`: what is learned, and how much of it.
package struct DatasetSettings: Codable, Hashable, Sendable {
  package var name: DatasetName
  /// The folder or file that it is taken from, from the root; `nil` for where data sets lie.
  package var path: String?
  /// The files that own arrays are taken from; `nil` where `path` says it.
  package var files: OwnFilesSettings?
  /// Used, loudly, where `name` can neither be found nor downloaded.
  package var fallback: DatasetName?
  /// At most this many training examples, from the front; `nil` for all.
  package var trainLimit: Int?
  /// At most this many test examples, from the front; `nil` for all.
  package var testLimit: Int?
  /// The share of training examples, the last ones, that is kept for validation; `nil` for none,
  /// never 0.
  package var validationSplit: Double?
  /// Whether that share of each class is kept, chosen by the seed, instead of the last ones; `nil`
  /// for no, never false.
  package var validationShuffle: Bool?
}

/// `hparams.optimizer:` with its settings.
package enum OptimizerSettings: Codable, Hashable, Sendable {
  /// `momentum` 0 is plain SGD.
  case sgd(momentum: Double, nesterov: Bool)
  case rmsprop(rho: Double, momentum: Double, epsilon: Double, centered: Bool)
  case adagrad(initialAccumulator: Double, epsilon: Double)
  case adam(beta1: Double, beta2: Double, epsilon: Double, amsgrad: Bool = false)
}

/// `hparams:`.
package struct TrainingSettings: Codable, Hashable, Sendable {
  package var batchSize: Int
  package var epochs: Int
  package var optimizer: OptimizerSettings
  package var learningRate: Double
  /// `nil` where the rate stays as it is.
  package var schedule: ScheduleSettings?
  /// `nil` for none; never 0.
  package var weightDecay: Double?
  /// `nil` for none; never 0.
  package var labelSmoothing: Double?
  /// `nil` where all epochs are trained.
  package var earlyStopping: EarlyStoppingSettings?
  /// In epochs; `nil` where only the last weights are kept.
  package var checkpointEvery: Int?
}

/// The Lᵖ norms, in NSL's words, which keys and stored settings have; see `name`.
package enum NormName: String, Codable, Hashable, Sendable, CaseIterable {
  case infinity
  case l2
  case l1
}

/// Numbers in `0...1` whose shape broadcasts against one example `[H, W, C]`.
package struct FeatureMask: Codable, Hashable, Sendable {
  package var shape: [Int]
  package var values: [Double]
}

/// `adversarial:` with `method: nsl`; the fields of NSL's `AdvNeighborConfig` and its multiplier.
package struct NSLSettings: Codable, Hashable, Sendable {
  package var advMultiplier: Double
  package var advStepSize: Double
  package var advGradNorm: NormName
  package var featureMask: FeatureMask?
  package var clipValueMin: Double?
  package var clipValueMax: Double?
  package var pgdIterations: Int
  package var pgdEpsilon: Double?
  package var randomInit: Bool
}

/// `adversarial:`: how the training objective is made robust.
package enum AdversarialSettings: Codable, Hashable, Sendable {
  case none
  case nsl(NSLSettings)
}

/// One model of a run: the sections of the document with its entry of `models:` laid over them.
package struct ModelSettings: Codable, Hashable, Sendable {
  package var name: String
  package var architecture: ArchitectureSettings
  package var training: TrainingSettings
  package var adversarial: AdversarialSettings
}
