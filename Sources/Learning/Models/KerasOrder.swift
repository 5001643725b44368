package import Engine

/// The one permutation between our order of weights and Keras's: `[O, I, R, S]` and `[R, S, I, O]`.
/// Dense kernels are the cases `[O, C, H, W]`, flattened by Keras as `[H*W*C, O]`, and `[O, I]`.
package enum KerasOrder {
  /// - Parameter weight: Elements of a tensor of `shape`.
  /// - Returns: The same elements in Keras's order; a bias stays as it is.
  package static func fromOurs(_ weight: ArraySlice<Float>, shape: Shape) -> [Float] {
    var result = [Float](repeating: 0, count: shape.count)
    forEachPair(shape) { ours, keras in result[keras] = weight[weight.startIndex + ours] }
    return result
  }

  /// - Parameter weight: Elements in Keras's order.
  /// - Returns: The same elements in the order of `shape`.
  package static func toOurs(_ weight: ArraySlice<Float>, shape: Shape) -> [Float] {
    var result = [Float](repeating: 0, count: shape.count)
    forEachPair(shape) { ours, keras in result[ours] = weight[weight.startIndex + keras] }
    return result
  }

  private static func forEachPair(_ shape: Shape, _ body: (_ ours: Int, _ keras: Int) -> Void) {
    precondition([1, 2, 4].contains(shape.rank), "weights have 1, 2 or 4 dimensions")
    let outputs = shape[0]
    let inputs = shape.rank > 1 ? shape[1] : 1
    let area = shape.rank == 4 ? shape[2] * shape[3] : 1
    for o in 0..<outputs {
      for i in 0..<inputs {
        for place in 0..<area {
          body((o * inputs + i) * area + place, (place * inputs + i) * outputs + o)
        }
      }
    }
  }
}
