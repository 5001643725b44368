import Settings
import YAML

/// One item of `random.parameters`.
enum DistributionSection {
  static let distribution = OptionalKey(
    "distribution", SettingType<DistributionName>.choice("distribution"),
    .words(
      "`categorical` with `values`, `constant` with `value`, `int_uniform` between integers, else"
        + " `uniform`"), "the distribution")
  static let minimum = OptionalKey(
    "min", .number(.any), .words("none"), "the smallest value; for the uniform distributions")
  static let maximum = OptionalKey(
    "max", .number(.any), .words("none"), "the largest value; for the uniform distributions")
  static let q = Key(
    "q", .number(.positive), default: 1, "draws are rounded to multiples of it; for `q_uniform`")
  static let mu = Key("mu", .number(.any), default: 0, "the mean; for `normal`")
  static let sigma = Key(
    "sigma", .number(.positive), default: 1, "the standard deviation; for `normal`")
  static let values = KeyDescription(
    name: "values", schema: .list(of: .anything, minimum: 1, maximum: nil),
    defaultValue: .words("none"), summary: "the values to choose from; for `categorical`")
  static let probabilities = OptionalKey(
    "probabilities", .list(of: .number(.unit), minimum: 1), .words("all equal"),
    "the probability of each of `values`; their sum is 1")
  static let value = KeyDescription(
    name: "value", schema: .anything, defaultValue: .words("none"),
    summary: "the value; for `constant`")

  static let keys = [
    distribution.description, minimum.description, maximum.description, q.description,
    mu.description, sigma.description, values, probabilities.description, value,
  ]

  static let section = Section(
    "sweep.random.parameters.PATH", "the distribution of a parameter", keys: keys,
    words: DistributionName.allCases.map(\.word))

  /// - Parameter entry: A path and its distribution.
  /// - Returns: `nil` after reporting what is wrong.
  static func decode(_ entry: Node.Entry, _ diagnostics: Diagnostics) -> Distribution? {
    if let nodes = entry.value.sequence {
      return choice(nodes, nil, entry.value.range, diagnostics)
    }
    let path = Scalar(entry.key.scalar?.text ?? "").excerpt
    guard entry.value.mapping != nil else {
      mismatch(
        entry.value, path, .section("sweep.random.parameters.PATH"), diagnostics,
        suggestion: "write `{ value: \(entry.value.flow) }` for a constant")
      return nil
    }
    let before = diagnostics.all.count
    let reader = SectionReader(
      section.named("sweep.random.parameters.\(path)"), entry.value, diagnostics)
    let given = reader.value(distribution)
    guard diagnostics.all.count == before, let name = given ?? implied(reader) else {
      if diagnostics.all.count == before {
        diagnostics.error(
          .missingKey, "`\(path)` has no `distribution`", at: entry.value.range,
          suggestion: "give `values`, or `min` and `max`, or one of "
            + listed(DistributionName.allCases.map(\.rawValue)))
      }
      return nil
    }
    for key in section.names.dropFirst() where !name.keys.contains(key) {
      guard let range = reader.keyRange(key) else { continue }
      diagnostics.error(
        .conflict, "`\(key)` is not an option of \(name.rawValue)", at: range,
        suggestion: "its keys are \(listed(name.keys))")
    }
    let found = distribution(name, reader, path)
    return diagnostics.all.count == before ? found : nil
  }

  /// The distribution that the other keys are those of.
  private static func implied(_ reader: SectionReader) -> DistributionName? {
    if reader.node("values") != nil { return .categorical }
    if reader.node("value") != nil { return .constant }
    if reader.node("mu") != nil || reader.node("sigma") != nil { return .normal }
    guard let low = reader.node("min"), let high = reader.node("max") else { return nil }
    if reader.node("q") != nil { return .qUniform }
    return isInteger(low) && isInteger(high) ? .intUniform : .uniform
  }

  private static func isInteger(_ node: Node?) -> Bool {
    if case .integer = node?.scalar?.value { true } else { false }
  }

  private static func distribution(
    _ name: DistributionName, _ reader: SectionReader, _ path: String
  ) -> Distribution? {
    let diagnostics = reader.diagnostics
    switch name {
    case .uniform: return bounds(reader, path).map { .uniform($0.low, $0.high) }
    case .logUniformValues:
      guard let (low, high) = bounds(reader, path) else { return nil }
      if low <= 0 {
        diagnostics.error(
          .outOfRange, "`min` of log_uniform_values must be > 0, found \(low)",
          at: reader.place("min"))
      }
      return .logUniform(low, high)
    case .intUniform:
      guard let (low, high) = bounds(reader, path) else { return nil }
      for key in ["min", "max"] where !isInteger(reader.node(key)) {
        guard let node = reader.node(key) else { continue }
        diagnostics.error(
          .wrongType, "`\(key)` of int_uniform must be an integer, found \(node.found)",
          at: node.range)
      }
      guard low.magnitude < 1e15, high.magnitude < 1e15 else {
        diagnostics.error(
          .outOfRange, "the bounds of int_uniform must be below 1e15", at: reader.range)
        return nil
      }
      return .integer(Int(nearest: low), Int(nearest: high))
    case .qUniform:
      let q = reader.value(q)
      let isWhole =
        ["min", "max"].allSatisfy { isInteger(reader.node($0)) }
        && (reader.node("q") == nil || isInteger(reader.node("q")))
      return bounds(reader, path).map { .quantized($0.low, $0.high, q: q, isWhole: isWhole) }
    case .normal:
      return .normal(mean: reader.value(mu), standardDeviation: reader.value(sigma))
    case .categorical:
      let probabilities = reader.value(probabilities)
      guard let node = reader.node("values") else {
        diagnostics.error(
          .missingKey, "`\(path)` has no `values` to choose from", at: reader.range)
        return nil
      }
      guard let nodes = node.sequence else {
        mismatch(node, "values", values.schema, diagnostics)
        return nil
      }
      return choice(
        nodes, probabilities, reader.place(probabilities == nil ? "values" : "probabilities"),
        diagnostics)
    case .constant:
      guard let node = reader.node("value") else {
        diagnostics.error(.missingKey, "`\(path)` has no `value`", at: reader.range)
        return nil
      }
      return .choice([node], cumulative: [1])
    }
  }

  private static func bounds(
    _ reader: SectionReader, _ path: String
  ) -> (low: Double, high: Double)? {
    let bounds = [minimum.description, maximum.description]
    bounds.forEach { reader.requireKeys($0, bounds) }
    let (low, high) = (reader.value(minimum), reader.value(maximum))
    guard let low, let high else { return nil }
    guard low < high else {
      reader.diagnostics.error(
        .outOfRange,
        "`min` \(reader.node("min")?.flow ?? "") must be less than `max`"
          + " \(reader.node("max")?.flow ?? "")", at: reader.place("max"))
      return nil
    }
    return (low, high)
  }

  private static func choice(
    _ nodes: [Node], _ probabilities: [Double]?, _ range: SourceRange?, _ diagnostics: Diagnostics
  ) -> Distribution? {
    guard !nodes.isEmpty else {
      diagnostics.error(.outOfRange, "the list of values is empty", at: range)
      return nil
    }
    guard let probabilities else {
      let count = Double(nodes.count)
      return .choice(nodes, cumulative: nodes.indices.map { Double($0 + 1) / count })
    }
    guard probabilities.count == nodes.count else {
      diagnostics.error(
        .conflict,
        "`probabilities` has \(probabilities.count) items and `values` has \(nodes.count)",
        at: range)
      return nil
    }
    let sum = probabilities.reduce(0, +)
    guard (sum - 1).magnitude < 1e-6 else {
      diagnostics.error(
        .outOfRange, "the sum of `probabilities` must be 1, found \(sum.rounded(toDigits: 6))",
        at: range)
      return nil
    }
    var cumulative: [Double] = []
    for probability in probabilities { cumulative.append((cumulative.last ?? 0) + probability) }
    return .choice(nodes, cumulative: cumulative)
  }
}
