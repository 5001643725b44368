/// Adds a vector of L1 length `scale`: equal parts with the signs of the gradient, on its `count` largest
/// elements and on those equal to the smallest of them. Elements that are 0 or not a number have no part.
///
/// - Parameters:
///   - count: At least 1.
///   - scale: Negative to go down.
///   - isLeftOut: Which elements are not chosen, by their places.
/// - Source: Croce and Hein 2021, arXiv:2103.01208, section 3.3.
@inline(__always)
func addSigns(
  ofLargest count: Int, of gradient: UnsafeBufferPointer<Float>, times scale: Float,
  to point: UnsafeMutableBufferPointer<Float>, isLeftOut: (Int) -> Bool = { _ in false }
) {
  precondition(gradient.count == point.count, "examples of different size")
  withUnsafeTemporaryAllocation(of: UInt32.self, capacity: point.count) { magnitudes in
    for i in 0..<point.count {
      magnitudes[i] =
        gradient[i].isFinite && !isLeftOut(i) ? gradient[i].magnitude.bitPattern : 0
    }
    let least = max(1, largest(count, of: UnsafeBufferPointer(magnitudes)))
    var chosen = 0
    for magnitude in magnitudes where magnitude >= least { chosen += 1 }
    guard chosen > 0 else { return }
    let part = scale / Float(chosen)
    for i in 0..<point.count where magnitudes[i] >= least {
      point[i] += gradient[i] > 0 ? part : -part
    }
  }
}

/// The `count`-th largest of some magnitudes, whose bits are in their order: bit by bit from the highest,
/// each stays where so many reach that far.
private func largest(_ count: Int, of magnitudes: UnsafeBufferPointer<UInt32>) -> UInt32 {
  var found: UInt32 = 0
  for bit in stride(from: UInt32(30), through: 0, by: -1) {
    let next = found | 1 << bit
    var reached = 0
    for magnitude in magnitudes where magnitude >= next { reached += 1 }
    if reached >= count { found = next }
  }
  return found
}
