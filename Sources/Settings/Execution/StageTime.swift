/// How long a stage may take, as people say it: `90`, `90s`, `10m`, `1h30m`, `1.5h`.
package struct StageTime: Hashable, Sendable {
  package var seconds: Double

  /// What a text may be, in words.
  package static let words = "seconds above 0, or a time such as 90s, 10m or 1h30m, up to 31 years"

  /// 31 years.
  private static let longest = 1e9

  private static let units: [(name: String, seconds: Double)] = [
    ("ms", 0.001), ("min", 60), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
  ]

  /// - Returns: `nil` for what is no such time.
  package init?(_ text: String) {
    guard let seconds = Double(text) ?? Self.sum(text), seconds > 0, seconds <= Self.longest else {
      return nil
    }
    self.seconds = seconds
  }

  /// Numbers with units, one behind the other.
  private static func sum(_ text: String) -> Double? {
    var rest = text.lowercased().filter { $0 != " " }[...]
    var sum = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      guard let number = Double(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      guard let unit = units.first(where: { rest.hasPrefix($0.name) }) else { return nil }
      rest = rest.dropFirst(unit.name.count)
      sum += number * unit.seconds
    }
    return sum
  }
}

extension SettingType where Value == StageTime {
  package static var time: Self {
    let schema = ValueSchema.either([.number(.positive), .text])
    return Self(schema, encode: { .number($0.seconds) }) { source in
      guard let text = source.word else {
        source.mismatch(schema)
        return nil
      }
      if let time = StageTime(text) { return time }
      source.report(
        .wrongType, "must be \(StageTime.words), found `\(text)`", suggestion: "write `10m`")
      return nil
    }
  }
}
