/// Adversarial regularization: the clean loss plus a multiple of the loss of adversarial
/// neighbors. The fields of NSL's `AdvNeighborConfig` with its defaults, and its multiplier.
///
/// - Source: Neural Structured Learning 1.4.0, `configs.py`.
package struct NSL: MethodDeclaration {
  package var advMultiplier = 0.2
  /// Length of a step in `advGradNorm`.
  package var advStepSize = 0.001
  package var advGradNorm = Norm.l2
  package var featureMask: FeatureMask?
  package var clipValueMin: Double?
  package var clipValueMax: Double?
  package var pgdIterations = 1
  /// Radius of the ball that neighbors stay in; not for `l1`.
  package var pgdEpsilon: Double?
  /// Starts at a uniform draw from the ball of radius `pgdEpsilon`, else `advStepSize`.
  package var randomInit = false

  package init() {}

  package static let word = "nsl"
  package static let summary = "adversarial regularization as in NSL"
  package static let fields: [Field<NSL>] = [
    Field(
      \.advMultiplier, "adv_multiplier", .number(.nonNegative), "weight of the adversarial loss"),
    Field(
      \.advStepSize, "adv_step_size", .number(.nonNegative),
      "length of one step, in `adv_grad_norm`"),
    Field(
      \.advGradNorm, "adv_grad_norm", Norm.type,
      "the norm used to normalize the gradient; `infinity` is the same as `linf`"),
    Field(
      \.featureMask, "feature_mask", FeatureMask.type,
      "factor of the gradient: a number, or nested lists that broadcast to `[H, W, C]`",
      default: "none"),
    Field(
      \.clipValueMin, "clip_value_min", .number(.any), "lower bound of adversarial features",
      default: "none"),
    Field(
      \.clipValueMax, "clip_value_max", .number(.any), "upper bound of adversarial features",
      default: "none"),
    Field(
      \.pgdIterations, "pgd_iterations", .steps, "number of steps of projected gradient descent"),
    Field(
      \.pgdEpsilon, "pgd_epsilon", .number(.nonNegative),
      "radius of the ball that perturbations stay in; not with norm `l1`", default: "none"),
    Field(\.randomInit, "random_init", .boolean, "start at a random point in the ball"),
  ]

  /// The clean pass and the neighbors' pass; the first iteration shares the clean one's gradient.
  package var passes: Passes {
    Passes(gradient: Double(2 + pgdIterations - (randomInit ? 0 : 1)))
  }
  package var gradients: Int { 2 }

  package func build<Builder: MethodBuilder>(with builder: Builder) -> Builder.Objective {
    builder.build(self)
  }
}

extension NSL {
  package mutating func complete(_ reader: any SettingsReader) {
    if let low = clipValueMin, let high = clipValueMax, low >= high {
      reader.report(
        .conflict, "`clip_value_min` \(low) must be less than `clip_value_max` \(high)",
        at: "clip_value_max")
    }
    if pgdEpsilon != nil, advGradNorm == .l1 {
      reader.report(
        .conflict, "`pgd_epsilon` cannot be used with norm `l1`, as in NSL",
        at: "pgd_epsilon", suggestion: "use `l2` or `linf`, or leave `pgd_epsilon` out")
    }
    warn(reader)
    if let mask = featureMask, let shape = reader.context.inputShape, !mask.broadcasts(to: shape) {
      reader.report(
        .impossibleShape,
        "`feature_mask` of shape \(mask.shape) does not broadcast to an image \(shape)",
        at: "feature_mask")
    }
  }

  private func warn(_ reader: any SettingsReader) {
    let reach = advStepSize * Double(pgdIterations)
    if let epsilon = pgdEpsilon, !randomInit, reach.isLess(than: epsilon) {
      reader.warn(
        .weakAttack,
        "neighbors stay within \(reach.radiusText) of their images, less than `pgd_epsilon`"
          + " \(epsilon.radiusText): `pgd_iterations` \(pgdIterations) times"
          + " `adv_step_size` \(advStepSize.radiusText)", at: "pgd_epsilon",
        suggestion: "raise `adv_step_size` or `pgd_iterations`, or leave `pgd_epsilon` out")
    }
    guard advGradNorm == .infinity else { return }
    reader.warnOfRadius("adv_step_size", advStepSize)
    reader.warnOfRadius("pgd_epsilon", pgdEpsilon ?? 0)
  }
}
