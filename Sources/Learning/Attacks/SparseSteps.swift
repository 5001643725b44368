/// Adds a vector of L1 length `scale` to `point`: equal parts, each with the sign of the gradient, on
/// the hundredth of the elements that has the largest gradients, and on those equal to the smallest
/// of them. Elements at an end of the box that would leave it are not chosen, nor those whose gradient
/// is 0 or not a number.
///
/// - Parameter scale: Negative to go down.
/// - Source: Tramèr and Boneh 2019, arXiv:1904.13000 (SLIDE): the 99th percentile.
package func addSparse(
  _ gradient: UnsafeBufferPointer<Float>, times scale: Float,
  to point: UnsafeMutableBufferPointer<Float>, in box: ClosedRange<Float>
) {
  precondition(gradient.count == point.count, "examples of different size")
  withUnsafeTemporaryAllocation(of: UInt32.self, capacity: point.count) { sizes in
    for i in 0..<point.count {
      let g = gradient[i]
      let isUp = (g > 0) == (scale > 0)
      let isAtEnd = isUp ? point[i] >= box.upperBound : point[i] <= box.lowerBound
      sizes[i] = isAtEnd || !g.isFinite ? 0 : g.magnitude.bitPattern
    }
    let least = max(1, largest((point.count + 99) / 100, of: sizes))
    var count = 0
    for size in sizes where size >= least { count += 1 }
    guard count > 0 else { return }
    let part = scale / Float(count)
    for i in 0..<point.count where sizes[i] >= least {
      point[i] += gradient[i] > 0 ? part : -part
    }
  }
}

/// The `count`-th largest of numbers, bit by bit. Magnitudes of floats are in the order of their bits.
private func largest(_ count: Int, of numbers: UnsafeMutableBufferPointer<UInt32>) -> UInt32 {
  var found: UInt32 = 0
  for bit in (0..<31).reversed() {
    let next = found | 1 << UInt32(bit)
    var reached = 0
    for number in numbers where number >= next { reached += 1 }
    if reached >= count { found = next }
  }
  return found
}
