import ArgumentParser

/// How long a stage may take, as the command line says it: `90`, `90s`, `10m`, `1h30m`, `1.5h`.
struct TimeLimit {
  var seconds: Double

  var duration: Duration { .seconds(seconds) }

  /// 31 years.
  private static let longest = 1e9

  private static let units: [(name: String, seconds: Double)] = [
    ("ms", 0.001), ("min", 60), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
  ]

  init(_ text: String) throws {
    guard let seconds = Double(text) ?? Self.sum(text), seconds > 0, seconds <= Self.longest else {
      throw ValidationError(
        "write seconds above 0, or a time such as 90s, 10m or 1h30m, up to 31 years")
    }
    self.seconds = seconds
  }

  /// Numbers with units, one behind the other, the last number may be without: those are seconds.
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
