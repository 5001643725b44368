package import Engine

/// How neighbors of the training images are made: the fields of NSL's `AdvNeighborConfig`, with its
/// defaults.
///
/// - Source: Neural Structured Learning 1.4.0, `configs.py`.
package struct AdversarialNeighborConfiguration: Codable, Hashable, Sendable {
  package var featureMask: FeatureMask?
  /// Length of a step in `gradientNorm`.
  package var stepSize: Float
  package var gradientNorm: Norm
  package var clipMin: Float?
  package var clipMax: Float?
  package var pgdIterations: Int
  /// Radius of the ball that neighbors stay in; not for `l1`.
  package var pgdEpsilon: Float?
  /// Starts at a uniform draw from the ball of radius `pgdEpsilon`, else `stepSize`.
  package var randomInit: Bool

  package init(
    featureMask: FeatureMask? = nil, stepSize: Float = 0.001, gradientNorm: Norm = .l2,
    clipMin: Float? = nil, clipMax: Float? = nil, pgdIterations: Int = 1, pgdEpsilon: Float? = nil,
    randomInit: Bool = false
  ) {
    self.featureMask = featureMask
    self.stepSize = stepSize
    self.gradientNorm = gradientNorm
    self.clipMin = clipMin
    self.clipMax = clipMax
    self.pgdIterations = pgdIterations
    self.pgdEpsilon = pgdEpsilon
    self.randomInit = randomInit
  }
}

/// Makes adversarial neighbors of batches of images. Allocates when it is made and never again.
///
/// - Source: `gen_adv_neighbor` of Neural Structured Learning 1.4.0.
package final class AdversarialNeighborGenerator {
  package let configuration: AdversarialNeighborConfiguration
  private let mask: [Float]?
  /// One example's gradient, finite and masked: `[C, H, W]`.
  private let gradient: UnsafeMutableBufferPointer<Float>
  /// One example's perturbation: `[C, H, W]`.
  private let perturbation: UnsafeMutableBufferPointer<Float>

  /// - Parameter imageShape: `[C, H, W]`.
  /// - Throws: `LearningError` for `l1` with an epsilon, which NSL refuses, and for a mask that
  ///   does not fit.
  package init(
    _ configuration: AdversarialNeighborConfiguration, imageShape: Shape
  ) throws(LearningError) {
    precondition(configuration.pgdIterations > 0, "at least one iteration")
    if configuration.gradientNorm == .l1 && configuration.pgdEpsilon != nil {
      throw LearningError(
        .unsupportedNorm,
        "adv_grad_norm l1 cannot be used with pgd_epsilon: NSL projects onto infinity and l2 balls only"
      )
    }
    self.configuration = configuration
    mask = try configuration.featureMask?.expanded(to: imageShape)
    gradient = .allocate(capacity: imageShape.count)
    gradient.initialize(repeating: 0)
    perturbation = .allocate(capacity: imageShape.count)
    perturbation.initialize(repeating: 0)
  }

  deinit {
    gradient.deallocate()
    perturbation.deallocate()
  }

  /// Writes the neighbors of a batch.
  ///
  /// - Parameters:
  ///   - clean: `[N, C, H, W]`.
  ///   - neighbors: `[N, C, H, W]`; holds the current iterate while `lossGradient` is called.
  ///   - stream: The random numbers of the example at that place of the batch; asked only with
  ///     `randomInit`.
  ///   - lossGradient: The gradient of the batch's mean loss at the current iterate,
  ///     `[N, C, H, W]`. Called once per iteration; in iteration 0 without `randomInit` the iterate
  ///     is `clean`.
  package func generate(
    from clean: UnsafeBufferPointer<Float>, into neighbors: UnsafeMutableBufferPointer<Float>,
    stream: (_ place: Int) -> RandomStream,
    lossGradient: (_ iteration: Int) -> UnsafeBufferPointer<Float>
  ) {
    let size = gradient.count
    let count = clean.count / size
    precondition(clean.count == neighbors.count && count * size == clean.count, "not whole images")
    _ = neighbors.update(from: clean)
    if configuration.randomInit {
      for n in 0..<count {
        perturbation.update(repeating: 0)
        var numbers = stream(n)
        configuration.gradientNorm.addRandomStart(
          radius: configuration.pgdEpsilon ?? configuration.stepSize, to: perturbation,
          using: &numbers)
        apply(clean.example(n, size: size), to: neighbors.example(n, size: size))
      }
    }
    for iteration in 0..<configuration.pgdIterations {
      let gradients = lossGradient(iteration)
      precondition(gradients.count == clean.count, "a gradient of another shape")
      for n in 0..<count {
        step(
          gradients.example(n, size: size), clean.example(n, size: size),
          neighbors.example(n, size: size))
      }
    }
  }

  /// One iteration for one example.
  private func step(
    _ lossGradient: UnsafeBufferPointer<Float>, _ clean: UnsafeBufferPointer<Float>,
    _ neighbor: UnsafeMutableBufferPointer<Float>
  ) {
    for i in 0..<gradient.count { gradient[i] = lossGradient[i].isFinite ? lossGradient[i] : 0 }
    if let mask {
      for i in 0..<gradient.count { gradient[i] *= mask[i] }
    }
    // NSL's p is step + x_t - x_0, with the step first: the sum is rounded in this order.
    perturbation.update(repeating: 0)
    let norm = configuration.gradientNorm
    norm.addMaximizer(
      of: UnsafeBufferPointer(gradient), times: configuration.stepSize, to: perturbation)
    for i in 0..<perturbation.count { perturbation[i] = perturbation[i] + neighbor[i] - clean[i] }
    if let epsilon = configuration.pgdEpsilon { limit(to: epsilon, norm) }
    apply(clean, to: neighbor)
  }

  /// NSL's `project_to_ball`.
  private func limit(to epsilon: Float, _ norm: Norm) {
    if norm == .infinity {
      for i in 0..<perturbation.count {
        perturbation[i] = min(max(perturbation[i], -epsilon), epsilon)
      }
      return
    }
    var sum = 0.0
    for p in perturbation { sum += Double(p) * Double(p) }
    let length = Float(max(sum, 1e-12).squareRoot())
    guard length > epsilon else { return }
    let scale = epsilon / length
    for i in 0..<perturbation.count { perturbation[i] *= scale }
  }

  /// The clean image plus the perturbation, clipped.
  private func apply(
    _ clean: UnsafeBufferPointer<Float>, to neighbor: UnsafeMutableBufferPointer<Float>
  ) {
    for i in 0..<neighbor.count { neighbor[i] = clean[i] + perturbation[i] }
    if let low = configuration.clipMin {
      for i in 0..<neighbor.count { neighbor[i] = max(neighbor[i], low) }
    }
    if let high = configuration.clipMax {
      for i in 0..<neighbor.count { neighbor[i] = min(neighbor[i], high) }
    }
  }
}
