#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif
internal import Results

/// From values to places along an axis, in `0...1`.
package struct Scale: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case linear
    /// Of positive values.
    case logarithmic
    /// Values are the places of names: 0, 1, 2.
    case categories
  }

  package struct Tick: Hashable, Sendable {
    package var value: Double
    package var label: String
  }

  let kind: Kind
  package let range: ClosedRange<Double>
  package let ticks: [Tick]

  /// Accuracies, in `0...1`, as percentages: from 0, or from a round number where all are high.
  package static func accuracy(lowest: Double) -> Scale {
    let low = lowest < 0.6 ? 0 : (lowest * 10 - 0.25).rounded(.down) / 10
    let step = low < 0.5 ? 0.2 : low < 0.8 ? 0.1 : 0.05
    return Scale(linear: low...1, step: step) { NumberText.significant(100 * $0, digits: 3) }
  }

  /// Accuracies as percentages, between round numbers around all of them.
  package static func accuracy(around values: [Double]) -> Scale {
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let step = niceStep(max(high - low, 0.01), about: 4)
    let first = max(0, min(1 - step, (low / step + 1e-9).rounded(.down) * step))
    let last = min(1, (high / step - 1e-9).rounded(.up) * step)
    return Scale(linear: first...max(last, first + step), step: step) {
      NumberText.significant(100 * $0, digits: 4)
    }
  }

  /// Values of any kind from the smallest to the largest; logarithmic where all are positive and far
  /// apart.
  ///
  /// - Parameter values: Finite; none make the range `0...1`.
  package static func numbers(_ values: [Double], fromZero: Bool = false) -> Scale {
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    if !fromZero, low > 0, high / low >= 50 { return Scale(logarithmic: low...high) }
    let base = fromZero ? min(0, low) : low
    // One value has room on both sides.
    let spread = high > base ? high - base : max(base.magnitude, 1)
    let range = high > base ? base...high : base - spread / 2...base + spread / 2
    let distinct = Array(Set(values)).sorted()
    let gaps = zip(distinct, distinct.dropFirst()).map { $1 - $0 }
    if (2...7).contains(distinct.count), (gaps.min() ?? 0) >= 0.12 * spread {
      let ticks = distinct.map { Tick(value: $0, label: NumberText.radius($0)) }
      return Scale(kind: .linear, range: range, ticks: ticks)
    }
    let step = niceStep(spread, about: 5)
    // Enough digits that neighbors differ.
    let largest = max(range.lowerBound.magnitude, range.upperBound.magnitude)
    let digits = max(6, Int(log10(largest / step).rounded(.up)) + 1)
    return Scale(linear: range, step: step) {
      NumberText.significant($0, digits: min(15, digits))
    }
  }

  static func categories(_ names: [String]) -> Scale {
    Scale(
      kind: .categories, range: -0.5...max(0.5, Double(names.count) - 0.5),
      ticks: names.enumerated().map { Tick(value: Double($0), label: $1) })
  }

  private init(kind: Kind, range: ClosedRange<Double>, ticks: [Tick]) {
    self.kind = kind
    self.range = range
    self.ticks = ticks
  }

  /// Ticks are the multiples of `step` in the range.
  private init(linear range: ClosedRange<Double>, step: Double, label: (Double) -> String) {
    let slack = step * 1e-6
    let first = ((range.lowerBound - slack) / step).rounded(.up)
    let last = ((range.upperBound + slack) / step).rounded(.down)
    let count = max(0, min(50, Int(last - first)))
    self.init(
      kind: .linear, range: range,
      ticks: (0...count).map { index in
        let value = (first + Double(index)) * step
        return Tick(value: value, label: label(value))
      })
  }

  /// Ticks are powers of ten, and their double and fivefold where there are few.
  private init(logarithmic range: ClosedRange<Double>) {
    let decades =
      Int(log10(range.lowerBound).rounded(.down))...Int(log10(range.upperBound).rounded(.up))
    func multiples(_ factors: [Double]) -> [Double] {
      decades.flatMap { decade in factors.map { $0 * pow(10, Double(decade)) } }
        .filter { range.contains($0) || ($0 / range.lowerBound - 1).magnitude < 1e-9 }
    }
    let powers = multiples([1])
    let ticks = powers.count > 2 ? powers : multiples([1, 2, 5])
    self.init(
      kind: .logarithmic, range: range,
      ticks: ticks.map { Tick(value: $0, label: NumberText.significant($0, digits: 3)) })
  }

  /// 1, 2 or 5 times a power of ten that divides `spread` into about `count` parts.
  static func niceStep(_ spread: Double, about count: Int) -> Double {
    let rough = spread / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    let factor = rough / power
    return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10)
  }

  /// Where a value lies, in `0...1`; what is outside the range is cut there.
  package func place(_ value: Double) -> Double {
    func coordinate(_ value: Double) -> Double {
      kind == .logarithmic ? log10(max(value, .leastNormalMagnitude)) : value
    }
    let (low, high) = (coordinate(range.lowerBound), coordinate(range.upperBound))
    return min(1, max(0, (coordinate(value) - low) / (high - low)))
  }
}
