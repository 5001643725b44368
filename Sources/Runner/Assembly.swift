package import Experiments
package import Learning
internal import SystemPackage

/// Where the words of a spec meet the types of `Learning`: the one place that a new attack, norm,
/// optimizer, method or data set must be added to, and that does not compile until it is.
package enum Assembly {
  package static func dataset(_ name: DatasetName) -> KnownDataset {
    switch name {
    case .mnist: .mnist
    case .fashionMNIST: .fashionMNIST
    case .kmnist: .kmnist
    case .cifar10: .cifar10
    case .syntheticDigits: .syntheticDigits
    case .idx: .idx
    case .files: .files
    }
  }

  /// Where a spec's own data lie; `nil` for published and drawn ones.
  package static func ownData(
    _ name: DatasetName, path: String?, files: OwnFilesSettings?
  ) -> OwnData? {
    switch name {
    case .mnist, .fashionMNIST, .kmnist, .cifar10, .syntheticDigits: nil
    case .idx: path.map { .idx(FilePath($0)) }
    case .files:
      if let files {
        .files(
          trainImages: FilePath(files.trainImages), trainLabels: FilePath(files.trainLabels),
          testImages: FilePath(files.testImages), testLabels: FilePath(files.testLabels))
      } else {
        path.map { .arrays(FilePath($0)) }
      }
    }
  }

  /// What the images of a spec's own data are; reads them where that was not done before.
  package static func ownImages(
    of dataset: DatasetSettings, _ library: DatasetLibrary
  ) throws -> OwnImageFormat {
    guard let data = ownData(dataset.name, path: dataset.path, files: dataset.files) else {
      preconditionFailure("only own data are looked into")
    }
    let format = try library.ownFormat(data)
    return OwnImageFormat(
      inputShape: [format.height, format.width, format.channels], numClasses: format.classes)
  }

  package static func datasetName(_ dataset: KnownDataset) -> DatasetName {
    switch dataset {
    case .mnist: .mnist
    case .fashionMNIST: .fashionMNIST
    case .kmnist: .kmnist
    case .cifar10: .cifar10
    case .syntheticDigits: .syntheticDigits
    case .idx: .idx
    case .files: .files
    }
  }

  /// What the images of a spec's data set must be: for own files, what the first model says, for
  /// all models say the same.
  package static func imageFormat(_ spec: Spec) -> ImageFormat? {
    spec.settings.models.first.map { model in
      let shape = model.architecture.inputShape
      return ImageFormat(
        height: shape[0], width: shape[1], channels: shape[2],
        classes: model.architecture.numClasses)
    }
  }

  package static func split(_ split: EvaluationSplit, of dataset: Dataset) -> Dataset.Split {
    switch split {
    case .test: dataset.test
    case .train: dataset.train
    }
  }

  package static func norm(_ name: NormName) -> Norm {
    switch name {
    case .infinity: .infinity
    case .l2: .l2
    case .l1: .l1
    }
  }

  package static func architecture(_ settings: ArchitectureSettings) -> Architecture {
    Architecture(
      input: extent(settings.inputShape), inputChannels: settings.inputShape[2],
      classes: settings.numClasses,
      layers: settings.normalizedLayers.map {
        Architecture.Node(layer($0.kind), inputs: $0.inputs)
      })
  }

  /// The names that the spec gives its layers with weights; `nil` where it leaves that to counting.
  package static func layerNames(_ settings: ArchitectureSettings) -> [String]? {
    settings.hasNames ? settings.namesOfLayersWithWeights : nil
  }

  package static func optimizer(_ settings: OptimizerSettings) -> Optimizer {
    switch settings {
    case .sgd(let momentum, let nesterov): .sgd(momentum: momentum, nesterov: nesterov)
    case .rmsprop(let rho, let momentum, let epsilon, let centered):
      .rmsprop(rho: rho, momentum: momentum, epsilon: epsilon, centered: centered)
    case .adagrad(let initial, let epsilon):
      .adagrad(initialAccumulator: initial, epsilon: epsilon)
    case .adam(let beta1, let beta2, let epsilon, let amsgrad):
      .adam(beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad)
    }
  }

  package static func schedule(_ settings: ScheduleSettings) -> LearningRateSchedule {
    func span(_ span: SpanSettings) -> LearningRateSchedule.Span {
      switch span {
      case .steps(let count): .steps(Double(count))
      case .epochs(let count): .epochs(count)
      }
    }
    let shape: LearningRateSchedule.Shape =
      switch settings.shape {
      case .constant: .constant
      case .step(let size, let gamma): .step(size: span(size), gamma: gamma)
      case .boundaries(let places, .steps, let gamma):
        .boundaries(places.map { .steps(Double($0)) }, gamma: gamma)
      case .boundaries(let places, .epochs, let gamma):
        .boundaries(places.map { .epochs(Double($0)) }, gamma: gamma)
      case .exponential(let decay, let rate, let staircase):
        .exponential(decay: span(decay), rate: rate, staircase: staircase)
      case .cosine(let decay, let alpha): .cosine(decay: decay.map(span), alpha: alpha)
      case .oneCycle(let pctStart, let divFactor, let finalDivFactor):
        .oneCycle(pctStart: pctStart, divFactor: divFactor, finalDivFactor: finalDivFactor)
      }
    return LearningRateSchedule(
      shape, warmup: settings.warmup.map(span), warmupStartFactor: settings.warmupStartFactor)
  }

  package static func earlyStopping(_ settings: EarlyStoppingSettings) -> EarlyStopping {
    let monitor: EarlyStopping.Monitor =
      switch settings.monitor {
      case .loss: .loss
      case .sparseCategoricalCrossentropy: .sparseCategoricalCrossentropy
      case .sparseCategoricalAccuracy: .sparseCategoricalAccuracy
      case .validationLoss: .validationLoss
      case .validationAccuracy: .validationAccuracy
      }
    return EarlyStopping(
      monitor: monitor, patience: settings.patience, minDelta: settings.minDelta,
      isMaximized: settings.mode == .max, restoresBest: settings.restoreBest,
      startFromEpoch: settings.startFromEpoch)
  }

  package static func method(_ settings: AdversarialSettings) -> TrainingMethod {
    switch settings {
    case .none: .standard
    case .nsl(let nsl):
      .nsl(
        multiplier: Float(nsl.advMultiplier),
        neighbor: AdversarialNeighborConfiguration(
          featureMask: nsl.featureMask.map { mask in
            Learning.FeatureMask(shape: mask.shape, values: mask.values.map { Float($0) })
          },
          stepSize: Float(nsl.advStepSize), gradientNorm: norm(nsl.advGradNorm),
          clipMin: nsl.clipValueMin.map { Float($0) }, clipMax: nsl.clipValueMax.map { Float($0) },
          pgdIterations: nsl.pgdIterations, pgdEpsilon: nsl.pgdEpsilon.map { Float($0) },
          randomInit: nsl.randomInit))
    }
  }

  package static func training(_ work: TrainWork) -> TrainingConfiguration {
    TrainingConfiguration(
      batchSize: work.training.batchSize, epochs: work.training.epochs,
      optimizer: optimizer(work.training.optimizer),
      learningRate: work.training.learningRate,
      schedule: work.training.schedule.map(schedule),
      weightDecay: Float(work.training.weightDecay ?? 0),
      labelSmoothing: Float(work.training.labelSmoothing ?? 0), method: method(work.adversarial),
      earlyStopping: work.training.earlyStopping.map(earlyStopping),
      checkpointEvery: work.training.checkpointEvery, seed: work.seed)
  }

  package static func target(_ name: AttackTargetName) -> AttackTarget {
    switch name {
    case .next: .next
    case .leastLikely: .leastLikely
    case .random: .random
    case .label(let label): .label(Int32(clamping: label))
    }
  }

  package static func attack(_ settings: AttackSettings) -> any Attack {
    let ball = PerturbationBall(
      norm: norm(settings.norm), epsilon: Float(settings.epsilon),
      box: Float(settings.clipMin)...Float(settings.clipMax))
    let target = settings.target.map(target)
    return switch settings.name {
    case .fgsm: GradientAttack.fgsm(ball, target: target)
    case .bim:
      GradientAttack.bim(
        ball, stepSize: Float(settings.stepSize), steps: settings.steps,
        target: target)
    case .pgd:
      GradientAttack.pgd(
        ball, stepSize: Float(settings.stepSize), steps: settings.steps,
        randomStart: settings.randomStart, restarts: settings.restarts,
        target: target)
    case .noiseUniform: NoiseAttack(.uniform, ball: ball, draws: settings.restarts)
    case .noiseGaussian: NoiseAttack(.gaussian, ball: ball, draws: settings.restarts)
    }
  }
}
