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
  addSigns(ofLargest: (point.count + 99) / 100, of: gradient, times: scale, to: point) { i in
    let isUp = (gradient[i] > 0) == (scale > 0)
    return isUp ? point[i] >= box.upperBound : point[i] <= box.lowerBound
  }
}
