/// First less second of each pair, such as two settings trained with the same seed.
package struct PairedDifferences: Hashable, Sendable {
  package let values: [Double]
  /// The largest magnitude of what was subtracted: differences are exact up to rounding of that.
  private let scale: Double

  /// - Parameters: the values of the same seeds, in the same order.
  package init(_ first: [Double], _ second: [Double]) {
    precondition(first.count == second.count, "the values are not pairs")
    values = zip(first, second).map { $0 - $1 }
    scale = (first + second).reduce(0) { max($0, $1.magnitude) }
  }

  package var count: Int { values.count }

  /// Whether they differ by no more than rounding.
  package var areEqual: Bool { Sample.areEqual(values, scale: scale) }

  /// What a difference may be off by because of rounding.
  var rounding: Double { Sample.relativeRounding * scale }
}
