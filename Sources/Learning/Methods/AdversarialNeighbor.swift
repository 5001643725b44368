package import Engine
package import Settings

/// Makes adversarial neighbors of batches of images. Allocates when it is made and never again.
///
/// - Source: `gen_adv_neighbor` of Neural Structured Learning 1.4.0.
package final class AdversarialNeighborGenerator {
  package let settings: NSL
  private let stepSize: Float
  private let radius: Float?
  private let mask: [Float]?
  /// One example's gradient, finite and masked: `[C, H, W]`.
  private let gradient: UnsafeMutableBufferPointer<Float>
  /// One example's perturbation: `[C, H, W]`.
  private let perturbation: UnsafeMutableBufferPointer<Float>

  /// - Parameter imageShape: `[C, H, W]`.
  /// - Throws: `LearningError` for `l1` with an epsilon, which NSL refuses, and for a mask that
  ///   does not fit.
  package init(
    _ settings: NSL, imageShape: Shape
  ) throws(LearningError) {
    precondition(settings.pgdIterations > 0, "at least one iteration")
    if settings.advGradNorm == .l1 && settings.pgdEpsilon != nil {
      throw LearningError(
        .unsupportedNorm,
        "adv_grad_norm l1 cannot be used with pgd_epsilon: NSL projects onto infinity and l2 balls only"
      )
    }
    self.settings = settings
    stepSize = Float(settings.advStepSize)
    radius = settings.pgdEpsilon.map { Float($0) }
    mask = try settings.featureMask?.expanded(to: imageShape)
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
    if settings.randomInit {
      for n in 0..<count {
        perturbation.update(repeating: 0)
        var numbers = stream(n)
        settings.advGradNorm.addRandomStart(
          radius: radius ?? stepSize, to: perturbation,
          using: &numbers)
        apply(clean.example(n, size: size), to: neighbors.example(n, size: size))
      }
    }
    for iteration in 0..<settings.pgdIterations {
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
    let norm = settings.advGradNorm
    norm.addMaximizer(
      of: UnsafeBufferPointer(gradient), times: stepSize, to: perturbation)
    for i in 0..<perturbation.count { perturbation[i] = perturbation[i] + neighbor[i] - clean[i] }
    if let epsilon = radius { limit(to: epsilon, norm) }
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
    if let low = settings.clipValueMin.map({ Float($0) }) {
      for i in 0..<neighbor.count { neighbor[i] = max(neighbor[i], low) }
    }
    if let high = settings.clipValueMax.map({ Float($0) }) {
      for i in 0..<neighbor.count { neighbor[i] = min(neighbor[i], high) }
    }
  }
}
