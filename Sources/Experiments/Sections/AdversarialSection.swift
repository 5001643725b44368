import YAML

/// The training methods a spec may name.
enum MethodName: String, CaseIterable, Sendable {
  case nsl
}

/// `adversarial:` with NSL's names and defaults.
enum AdversarialSection {
  static let method = OptionalKey(
    "method",
    ValueType<MethodName?>.orNone(
      .choice(
        "training method", later: ["pgd-at", "trades", "fast", "free", "mart", "vat", "alp"])),
    .required, "the training method; `none` ignores the other keys")
  static let advMultiplier = Key(
    "adv_multiplier", .number(.nonNegative), default: 0.2,
    "weight of the adversarial loss")
  static let advStepSize = Key(
    "adv_step_size", .number(.nonNegative), default: 0.001, "length of one step, in the norm")
  static let advGradNorm = Key(
    "adv_grad_norm", NormName.type, default: .l2,
    "the norm in which the gradient is normalized; `infinity` is another word for `linf`")
  static let featureMask = OptionalKey(
    "feature_mask", FeatureMask.type, .words("none"),
    "multiplied with the gradient: a number, or nested lists that broadcast to `[H, W, C]`")
  static let clipValueMin = OptionalKey(
    "clip_value_min", .number(.any), .words("none"), "lower bound of adversarial features")
  static let clipValueMax = OptionalKey(
    "clip_value_max", .number(.any), .words("none"), "upper bound of adversarial features")
  static let pgdIterations = Key(
    "pgd_iterations", .integer(1...1_000_000), default: 1, "steps of projected gradient descent")
  static let pgdEpsilon = OptionalKey(
    "pgd_epsilon", .number(.nonNegative), .words("none"),
    "radius of the ball that perturbations stay in; not with norm `l1`")
  static let randomInit = Key(
    "random_init", .boolean, default: false, "start at a random point of the ball")

  static let section = Section(
    "adversarial", "adversarial regularization as in NSL's `AdvNeighborConfig`",
    keys: [
      method.description, advMultiplier.description, advStepSize.description,
      advGradNorm.description, featureMask.description, clipValueMin.description,
      clipValueMax.description, pgdIterations.description, pgdEpsilon.description,
      randomInit.description,
    ])

  /// - Parameter inputShape: What a mask must broadcast to.
  static func decode(
    _ node: Node?, inputShape: [Int], _ diagnostics: Diagnostics
  ) -> AdversarialSettings {
    guard let node, !node.isNull, node.scalar?.text != "none" else {
      diagnostics.settle(section.name, [method.name])
      return .none
    }
    if node.mapping == nil {
      mismatch(
        node, "adversarial", .either([.choice(["none"]), .section("adversarial")]), diagnostics,
        suggestion: word(of: node).flatMap {
          closest(to: $0, among: MethodName.allCases.map(\.rawValue))
        }.map { "write `{ method: \($0) }`" })
      return .none
    }
    let reader = SectionReader(section, node, diagnostics)
    let given = reader.required(method)
    let settings = NSLSettings(
      advMultiplier: reader.value(advMultiplier), advStepSize: reader.value(advStepSize),
      advGradNorm: reader.value(advGradNorm), featureMask: reader.value(featureMask),
      clipValueMin: reader.value(clipValueMin), clipValueMax: reader.value(clipValueMax),
      pgdIterations: reader.value(pgdIterations), pgdEpsilon: reader.value(pgdEpsilon),
      randomInit: reader.value(randomInit))
    // `method: none` is a choice; a method that could not be read counts as nsl.
    if case .some(.none) = given {
      diagnostics.settle(section.name, [method.name])
      reader.acceptOverrides(only: [method.name]) {
        "`\(section.name).\($0)` changes nothing: the method is `none`"
      }
      return .none
    }
    reader.acceptOverrides(only: section.names) { $0 }
    check(settings, inputShape, reader)
    return .nsl(settings)
  }

  private static func check(
    _ settings: NSLSettings, _ inputShape: [Int], _ reader: SectionReader
  ) {
    if let low = settings.clipValueMin, let high = settings.clipValueMax, low >= high {
      reader.diagnostics.error(
        .conflict, "`clip_value_min` \(low) must be less than `clip_value_max` \(high)",
        at: reader.place("clip_value_max"))
    }
    if settings.pgdEpsilon != nil, settings.advGradNorm == .l1 {
      reader.diagnostics.error(
        .conflict, "`pgd_epsilon` cannot be used with norm `l1`: NSL refuses it too",
        at: reader.place("pgd_epsilon"),
        suggestion: "use `l2` or `linf`, or leave `pgd_epsilon` out")
    }
    warn(settings, reader)
    if let mask = settings.featureMask, !mask.broadcasts(to: inputShape) {
      reader.diagnostics.error(
        .impossibleShape,
        "`feature_mask` of shape \(mask.shape) does not broadcast to an image"
          + " \(inputShape)", at: reader.place("feature_mask"))
    }
  }
}

extension AdversarialSection {
  /// Says what is possible but hardly meant.
  private static func warn(_ settings: NSLSettings, _ reader: SectionReader) {
    let reach = settings.advStepSize * Double(settings.pgdIterations)
    if let epsilon = settings.pgdEpsilon, !settings.randomInit, reach.isLess(than: epsilon) {
      reader.diagnostics.warn(
        .weakAttack,
        "neighbors stay within \(reach.radiusText) of their images, less than `pgd_epsilon`"
          + " \(epsilon.radiusText): `pgd_iterations` \(settings.pgdIterations) times"
          + " `adv_step_size` \(settings.advStepSize.radiusText)",
        at: reader.place(pgdEpsilon.name),
        suggestion: "raise `adv_step_size` or `pgd_iterations`, or leave `pgd_epsilon` out")
    }
    guard settings.advGradNorm == .infinity else { return }
    for (key, value) in [
      (advStepSize.name, settings.advStepSize), (pgdEpsilon.name, settings.pgdEpsilon ?? 0),
    ] {
      warnOfRadius(key, value, reader)
    }
  }
}

extension Double {
  /// Whether this is less by more than what calculating leaves.
  func isLess(than other: Double) -> Bool { self < other * (1 - 1e-6) }
}

/// Warns of a change of pixels by more than they have: images lie in `0...1`.
func warnOfRadius(
  _ key: String, _ value: Double, _ reader: SectionReader, at range: SourceRange? = nil
) {
  guard value > 1 else { return }
  reader.diagnostics.warn(
    .tooLargeRadius,
    "`\(key)` \(value.plainText) is more than the whole range of a pixel: images lie in 0...1",
    at: range ?? reader.place(key),
    suggestion: value <= 255 ? "write `\(value.plainText)/255` if steps of 8 bits are meant" : nil)
}

extension FeatureMask {
  /// Whether the mask's shape, aligned at the right, fits `shape` or is 1 in every dimension.
  func broadcasts(to shape: [Int]) -> Bool {
    self.shape.count <= shape.count
      && zip(self.shape.reversed(), shape.reversed()).allSatisfy { $0 == $1 || $0 == 1 }
  }

  static let type = ValueType<FeatureMask>(
    .either([.number(.unit), .list(of: .number(.unit), minimum: 1, maximum: nil)]),
    encode: { $0.yaml },
    decode: { node, key, diagnostics in
      var shape: [Int] = []
      var values: [Double] = []
      guard read(node, key, depth: 0, &shape, &values, diagnostics) else { return nil }
      return FeatureMask(shape: shape, values: values)
    })

  /// Appends a node's numbers; `shape` is set by the first list of each depth.
  private static func read(
    _ node: Node, _ key: String, depth: Int, _ shape: inout [Int], _ values: inout [Double],
    _ diagnostics: Diagnostics
  ) -> Bool {
    guard let items = node.sequence else {
      guard depth == shape.count else {
        diagnostics.error(
          .wrongType, "`\(key)` is ragged: expected a list here, found \(node.found)",
          at: node.range)
        return false
      }
      guard let value = ValueType<Double>.number(.unit).decode(node, key, diagnostics) else {
        return false
      }
      values.append(value)
      return true
    }
    guard depth < 3, !items.isEmpty else {
      diagnostics.error(
        .wrongType,
        items.isEmpty
          ? "`\(key)` holds an empty list" : "`\(key)` has more than three dimensions",
        at: node.range)
      return false
    }
    if shape.count == depth, values.isEmpty { shape.append(items.count) }
    guard depth < shape.count, shape[depth] == items.count else {
      diagnostics.error(
        .wrongType, "`\(key)` is ragged: its lists differ in length or depth", at: node.range)
      return false
    }
    return items.allSatisfy { read($0, key, depth: depth + 1, &shape, &values, diagnostics) }
  }

  /// Nested lists.
  private var yaml: String {
    var index = 0
    func text(_ depth: Int) -> String {
      guard depth < shape.count else {
        defer { index += 1 }
        return "\(values[index])"
      }
      return "[" + (0..<shape[depth]).map { _ in text(depth + 1) }.joined(separator: ", ") + "]"
    }
    return text(0)
  }
}
