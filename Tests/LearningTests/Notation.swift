import Learning
import Settings

/// Short ways to write networks, methods and attacks in tests.

extension Layer {
  static func convolution2D(
    filters: Int, kernel: Extent, strides: Extent, padding: Padding, useBias: Bool
  ) -> Layer {
    Layer(
      Convolution2D(
        filters: filters, kernelSize: kernel, strides: strides, padding: padding, useBias: useBias))
  }

  static func maxPooling2D(window: Extent, strides: Extent, padding: Padding) -> Layer {
    Layer(MaxPooling2D(poolSize: window, strides: strides, padding: padding))
  }

  static func averagePooling2D(window: Extent, strides: Extent, padding: Padding) -> Layer {
    Layer(AveragePooling2D(poolSize: window, strides: strides, padding: padding))
  }

  static let globalAveragePooling2D = Layer(GlobalAveragePooling2D())
  static let flatten = Layer(Flatten())
  static let add = Layer(Add())
  static let concatenate = Layer(Concatenate())

  static func dense(units: Int, useBias: Bool) -> Layer {
    Layer(Dense(units: units, useBias: useBias))
  }

  static func activation(_ name: ActivationName) -> Layer { Layer(ActivationLayer(name)) }

  static func batchNormalization(momentum: Double, epsilon: Double) -> Layer {
    Layer(BatchNormalization(momentum: momentum, epsilon: epsilon))
  }

  static func normalization(mean: [Double], variance: [Double]) -> Layer {
    Layer(Normalization(mean: mean, variance: variance))
  }

  static func rescaling(scale: [Double], offset: [Double]) -> Layer {
    Layer(Rescaling(scale: scale, offset: offset))
  }

  static func dropout(rate: Double) -> Layer { Layer(Dropout(rate: rate)) }
}

extension Architecture {
  init(input: Extent, inputChannels: Int, classes: Int, layers: [Node]) {
    self.init(
      inputShape: [input.height, input.width, inputChannels], classes: classes, layers: layers)
  }

  init(input: Extent, inputChannels: Int, classes: Int, sequence: [Layer]) {
    self.init(
      input: input, inputChannels: inputChannels, classes: classes,
      layers: sequence.enumerated().map { Node($1, inputs: [$0 - 1]) })
  }

  init(
    input: Extent, inputChannels: Int, classes: Int, convFilters: [Int],
    kernel: Extent = Extent(3), pool: Extent = Extent(2), denseUnits: [Int]
  ) {
    self.init(
      inputShape: [input.height, input.width, inputChannels], classes: classes,
      ConvolutionalNetwork(
        convFilters: convFilters, kernelSize: kernel, poolSize: pool, numFCUnits: denseUnits))
  }
}

extension Optimizer {
  static func sgd(momentum: Double, nesterov: Bool) -> Optimizer {
    Optimizer(SGD(momentum: momentum, nesterov: nesterov))
  }

  static func rmsprop(
    rho: Double, momentum: Double, epsilon: Double, centered: Bool
  ) -> Optimizer {
    var settings = RMSprop()
    (settings.rho, settings.momentum) = (rho, momentum)
    (settings.epsilon, settings.centered) = (epsilon, centered)
    return Optimizer(settings)
  }

  static func adagrad(initialAccumulator: Double, epsilon: Double) -> Optimizer {
    var settings = Adagrad()
    (settings.initialAccumulator, settings.epsilon) = (initialAccumulator, epsilon)
    return Optimizer(settings)
  }

  static func adam(
    beta1: Double, beta2: Double, epsilon: Double, amsgrad: Bool = false
  ) -> Optimizer {
    var settings = Adam()
    (settings.beta1, settings.beta2) = (beta1, beta2)
    (settings.epsilon, settings.amsgrad) = (epsilon, amsgrad)
    return Optimizer(settings)
  }
}

extension EarlyStopping {
  init(
    monitor: Monitor, patience: Int, minDelta: Double, isMaximized: Bool, restoresBest: Bool,
    startFromEpoch: Int
  ) {
    self.init()
    (self.monitor, self.patience, self.minDelta) = (monitor, patience, minDelta)
    (mode, restoreBest) = (isMaximized ? .max : .min, restoresBest)
    self.startFromEpoch = startFromEpoch
  }
}

/// NSL's settings of neighbors.
func neighborSettings(
  featureMask: FeatureMask? = nil, stepSize: Double = 0.001, gradientNorm: Norm = .l2,
  clipMin: Double? = nil, clipMax: Double? = nil, pgdIterations: Int = 1,
  pgdEpsilon: Double? = nil, randomInit: Bool = false
) -> NSL {
  var settings = NSL()
  settings.featureMask = featureMask
  (settings.advStepSize, settings.advGradNorm) = (stepSize, gradientNorm)
  (settings.clipValueMin, settings.clipValueMax) = (clipMin, clipMax)
  (settings.pgdIterations, settings.pgdEpsilon) = (pgdIterations, pgdEpsilon)
  settings.randomInit = randomInit
  return settings
}

extension TrainingMethod {
  static let standard = TrainingMethod.none

  static func nsl(multiplier: Double, neighbor: NSL) -> TrainingMethod {
    var settings = neighbor
    settings.advMultiplier = multiplier
    return TrainingMethod(settings)
  }
}

extension TrainingConfiguration {
  init(
    batchSize: Int, epochs: Int, optimizer: Optimizer, learningRate: Double,
    schedule: Schedule? = nil, weightDecay: Double = 0, labelSmoothing: Double = 0,
    method: TrainingMethod, earlyStopping: EarlyStopping? = nil, checkpointEvery: Int? = nil,
    seed: Int
  ) {
    var settings = TrainingSettings()
    (settings.batchSize, settings.epochs) = (batchSize, epochs)
    (settings.optimizer, settings.learningRate) = (optimizer, learningRate)
    (settings.schedule, settings.weightDecay) = (schedule, weightDecay)
    (settings.labelSmoothing, settings.earlyStopping) = (labelSmoothing, earlyStopping)
    settings.checkpointEvery = checkpointEvery
    self.init(settings, method: method, seed: seed)
  }
}

extension GradientAttack {
  static func fgsm(_ ball: PerturbationBall, target: AttackTarget? = nil) -> GradientAttack {
    GradientAttack(
      ball: ball, stepSize: ball.epsilon, steps: 1, randomStart: false, target: target)
  }

  static func bim(
    _ ball: PerturbationBall, stepSize: Float? = nil, steps: Int = 10,
    target: AttackTarget? = nil, earlyStop: Bool = false
  ) -> GradientAttack {
    GradientAttack(
      ball: ball, stepSize: stepSize ?? 0.2 * ball.epsilon, steps: steps, randomStart: false,
      target: target, earlyStop: earlyStop)
  }

  static func mifgsm(
    _ ball: PerturbationBall, stepSize: Float? = nil, decay: Float = 1, l1Steps: L1Steps? = nil
  ) -> GradientAttack {
    GradientAttack(
      ball: ball, stepSize: stepSize ?? 0.1 * ball.epsilon, steps: 10, randomStart: false,
      decay: decay, l1Steps: l1Steps)
  }

  static func pgd(
    _ ball: PerturbationBall, stepSize: Float = 0.01, steps: Int = 40, randomStart: Bool = true,
    restarts: Int = 1, target: AttackTarget? = nil, l1Steps: L1Steps? = nil,
    earlyStop: Bool = false
  ) -> GradientAttack {
    GradientAttack(
      ball: ball, stepSize: stepSize, steps: steps, randomStart: randomStart, restarts: restarts,
      target: target, l1Steps: l1Steps, earlyStop: earlyStop)
  }
}
