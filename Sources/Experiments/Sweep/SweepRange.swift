import Settings
import CFunctions
import YAML

/// How far apart the values of a range are.
enum RangeScale: String, CaseIterable, Sendable {
  /// The same difference.
  case linear
  /// The same ratio.
  case log
}

/// `{min, max, count}` or `{min, max, step}`: values of an axis, both ends included.
enum SweepRange {
  static let minimum = OptionalKey("min", .number(.any), .required, "the first value")
  static let maximum = OptionalKey("max", .number(.any), .required, "the last value")
  static let count = OptionalKey(
    "count", .integer(2...SweepSection.maximumPoints), .words("required without `step`"),
    "the number of values")
  static let step = OptionalKey(
    "step", .number(.positive), .words("required without `count`"),
    "difference of neighboring values, or their ratio with `scale: log`")
  static let scale = Key(
    "scale", SettingType<RangeScale>.choice("scale"), default: .linear,
    "whether neighboring values have the same difference or the same ratio")

  static let values = KeyDescription(
    name: "values", schema: .list(of: .anything, minimum: 1, maximum: nil),
    defaultValue: .words("none"),
    summary: "a list of values, as in W&B; without other keys")
  static let value = KeyDescription(
    name: "value", schema: .anything, defaultValue: .words("none"),
    summary: "a single value, as in W&B; without other keys")

  static let section = Section(
    "sweep.range", "evenly spaced values",
    keys: [
      minimum.description, maximum.description, count.description, step.description,
      scale.description, values, value,
    ])

  /// The values that are written out in a mapping, as W&B has it; `nil` for a range. None where
  /// something is wrong, which is reported.
  static func written(_ node: Node, _ diagnostics: Diagnostics) -> [Node]? {
    let names = [values.name, value.name].filter { node[$0] != nil }
    guard let name = names.first, let given = node[name] else { return nil }
    let reader = SectionReader(section, node, diagnostics)
    let known = section.names.filter { reader.node($0) != nil }
    guard known.count == 1 else {
      let other = known.first { $0 != name } ?? name
      diagnostics.error(
        .conflict, "`\(other)` and `\(name)` cannot both be given: `\(name)` lists the values",
        at: reader.keyRange(other), suggestion: "keep one of them")
      return []
    }
    guard name == values.name else { return [given] }
    guard let items = given.sequence, !items.isEmpty else {
      mismatch(given, name, values.schema, diagnostics)
      return []
    }
    return items
  }
  /// Whole numbers of a range are exact below.
  private static let mostExact = 1e15

  /// - Parameter shown: The axis's path, for messages.
  /// - Returns: The values as nodes at the range's place; `nil` after reporting what is wrong.
  static func decode(_ node: Node, _ shown: String, _ diagnostics: Diagnostics) -> [Node]? {
    let before = diagnostics.all.count
    let reader = SectionReader(section, node, diagnostics)
    let (low, high) = (reader.required(minimum), reader.required(maximum))
    let (count, step) = (reader.value(count), reader.value(step))
    let scale = reader.value(scale)
    guard diagnostics.all.count == before, let low, let high else { return nil }
    guard low < high else {
      diagnostics.error(
        .outOfRange,
        "`min` \(reader.node("min")?.flow ?? "") must be less than `max`"
          + " \(reader.node("max")?.flow ?? "")", at: reader.place("max"))
      return nil
    }
    guard (count == nil) != (step == nil) else {
      diagnostics.error(
        count == nil ? .missingKey : .conflict,
        count == nil
          ? "the range of `\(shown)` has neither `count` nor `step`"
          : "the range of `\(shown)` has both `count` and `step`",
        at: count == nil ? node.range : reader.keyRange("step"), suggestion: "give one of them")
      return nil
    }
    if scale == .log, low <= 0 {
      diagnostics.error(
        .outOfRange, "a range with `scale: log` must have `min` > 0", at: reader.place("min"))
      return nil
    }
    if scale == .log, let step, step <= 1 {
      diagnostics.error(
        .outOfRange, "with `scale: log`, `step` is the ratio of neighboring values: it must be > 1",
        at: reader.place("step"))
      return nil
    }
    for (key, value) in [(minimum.name, low), (maximum.name, high)] {
      guard let node = reader.node(key), case .integer = node.scalar?.value,
        value.magnitude >= mostExact
      else { continue }
      diagnostics.error(
        .outOfRange,
        "`\(key)` of a range of integers must be below 1e15, found \(node.found)",
        at: node.range, suggestion: "list the values, or write \(value) for a number")
    }
    guard diagnostics.all.count == before else { return nil }
    let size = count.map(Double.init) ?? steps(from: low, to: high, step ?? 1, scale) + 1
    guard size <= Double(SweepSection.maximumPoints) else {
      diagnostics.error(
        .outOfRange,
        "the range of `\(shown)` has more than \(SweepSection.maximumPoints) values",
        at: node.range)
      return nil
    }
    let values =
      if let count {
        values(from: low, to: high, count: count, scale)
      } else {
        values(from: low, step: step ?? 1, count: Int(nearest: size), scale, notBeyond: high)
      }
    // Whole numbers written as such stay so.
    let written = [minimum.name, maximum.name, SweepRange.step.name].compactMap(reader.node)
    let areWhole = written.allSatisfy {
      if case .integer = $0.scalar?.value { true } else { false }
    }
    let isWhole = areWhole && values.allSatisfy { $0 == $0.rounded() && $0.magnitude < mostExact }
    return values.map { value in
      Node(.scalar(Scalar(isWhole ? value.plainText : "\(value)")), at: node.range)
    }
  }

  private static func steps(
    from low: Double, to high: Double, _ step: Double, _ scale: RangeScale
  ) -> Double {
    // A little more than the quotient: 0.3 / 0.1 is 2.9999999999999996.
    switch scale {
    case .linear: ((high - low) / step * (1 + 1e-12)).rounded(.down)
    case .log: (nsl_log(high / low) / nsl_log(step) * (1 + 1e-12)).rounded(.down)
    }
  }

  /// `count` values, the ends exactly.
  static func values(
    from low: Double, to high: Double, count: Int, _ scale: RangeScale
  ) -> [Double] {
    let last = count - 1
    return (0..<count).map { index in
      if index == 0 { return low }
      if index == last { return high }
      switch scale {
      case .linear:
        // In whole numbers of the last decimal place, the quotient is the nearest number to the
        // true value: 0.1, 0.2, 0.3 and not 0.30000000000000004.
        if let (a, b, unit) = decimals(low, high) {
          return (a * Double(last - index) + b * Double(index)) / (Double(last) * unit)
        }
        return low + (high - low) * (Double(index) / Double(last))
      case .log:
        let share = Double(index) / Double(last)
        return clean(low * nsl_pow(high / low, share))
      }
    }
  }

  private static func values(
    from low: Double, step: Double, count: Int, _ scale: RangeScale, notBeyond high: Double
  ) -> [Double] {
    (0..<count).map { index in
      let value: Double
      switch scale {
      case .linear:
        if let (a, b, unit) = decimals(low, step) {
          value = (a + b * Double(index)) / unit
        } else {
          value = low + step * Double(index)
        }
      case .log: value = clean(low * nsl_pow(step, Double(index)))
      }
      return min(value, high)
    }
  }

  /// Two numbers as whole numbers of a decimal place that both have: 0.05 and 0.4 are 5 and 40 of
  /// a hundredth; `nil` where that is not exact.
  static func decimals(_ a: Double, _ b: Double) -> (a: Double, b: Double, unit: Double)? {
    var unit = 1.0
    for _ in 0...15 {
      let (x, y) = ((a * unit).rounded(), (b * unit).rounded())
      guard max(x.magnitude, y.magnitude) < 1e9 else { return nil }
      if x / unit == a, y / unit == b { return (x, y, unit) }
      unit *= 10
    }
    return nil
  }

  /// The shortest decimal number within a few units in the last place.
  static func clean(_ value: Double) -> Double {
    for digits in 1...15 {
      let candidate = value.rounded(toDigits: digits)
      if (candidate - value).magnitude <= 8 * value.ulp { return candidate }
    }
    return value
  }
}
