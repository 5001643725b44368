/// Probabilities of results at least as extreme as the observed one.
enum PValue {
  /// A p-value in 0 < p <= 1: never 0, because nothing observed is impossible. One that is too small
  /// for a `Double` becomes the smallest positive one, 4.9e-324.
  static func limited(_ value: Double) -> Double {
    value.isNaN ? .nan : min(1, max(value, .leastNonzeroMagnitude))
  }
}
