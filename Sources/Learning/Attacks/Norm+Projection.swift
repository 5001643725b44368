package import Settings

extension Norm {
  /// Moves `point` into the ball around `center` and, where there is one, into the box.
  ///
  /// `infinity` clips, `l2` scales the perturbation and then clips, `l1` finds the nearest point of
  /// ball and box together. What is stored is inside the ball after rounding, too.
  ///
  /// - Parameters:
  ///   - center: A point of the box.
  ///   - radius: At least 0.
  /// - Source: for `l1` without a box Duchi et al. 2008, "Efficient projections onto the l1-ball";
  ///   with a box Croce and Hein 2021, arXiv:2103.01208, section 3.1.
  package func project(
    _ point: UnsafeMutableBufferPointer<Float>, center: UnsafeBufferPointer<Float>,
    radius: Float, box: ClosedRange<Float>?
  ) {
    precondition(point.count == center.count && radius >= 0, "not a ball around the center")
    if self == .infinity {
      for i in 0..<point.count {
        point[i] = min(max(point[i], center[i] - radius), center[i] + radius)
      }
      clip(point, to: box)
      return
    }
    // Adding a perturbation to its center rounds, and may lead out again by a few units in the
    // last place: aim further inside by what is too much.
    var target = Double(radius)
    for _ in 0..<8 {
      if self == .l2 {
        scale(point, center: center, toLength: target)
        clip(point, to: box)
      } else {
        shrink(point, center: center, toLength: target, box: box)
      }
      let excess = distance(UnsafeBufferPointer(point), center) - Double(radius)
      guard excess > 0 else { return }
      target = max(0, target - 2 * excess)
    }
  }

  /// Clips every element to the box; without one does nothing.
  func clip(_ point: UnsafeMutableBufferPointer<Float>, to box: ClosedRange<Float>?) {
    guard let box else { return }
    for i in 0..<point.count { point[i] = min(max(point[i], box.lowerBound), box.upperBound) }
  }

  private func scale(
    _ point: UnsafeMutableBufferPointer<Float>, center: UnsafeBufferPointer<Float>,
    toLength target: Double
  ) {
    let length = distance(UnsafeBufferPointer(point), center)
    guard length > target else { return }
    let factor = target / length
    for i in 0..<point.count {
      let moved = Double(center[i]) + factor * (Double(point[i]) - Double(center[i]))
      point[i] = Float(moved)
    }
  }

  /// The nearest point of L1 ball and box: every |perturbation| is lowered by the same `threshold`,
  /// not below 0 and not above the room that the box leaves.
  private func shrink(
    _ point: UnsafeMutableBufferPointer<Float>, center: UnsafeBufferPointer<Float>,
    toLength target: Double, box: ClosedRange<Float>?
  ) {
    let threshold = l1Threshold(
      UnsafeBufferPointer(point), center: center, target: target, box: box)
    for i in 0..<point.count {
      let (size, room, sign) = move(point[i], center[i], box)
      point[i] = Float(Double(center[i]) + sign * min(max(size - threshold, 0), room))
    }
    clip(point, to: box)
  }

  /// The threshold at which the L1 length becomes `target`: the root of a falling, piecewise linear
  /// function, by Newton's steps kept inside a shrinking bracket.
  private func l1Threshold(
    _ point: UnsafeBufferPointer<Float>, center: UnsafeBufferPointer<Float>, target: Double,
    box: ClosedRange<Float>?
  ) -> Double {
    func length(at threshold: Double) -> (sum: Double, slope: Double) {
      var sum = 0.0
      var slope = 0.0
      for i in 0..<point.count {
        let (size, room, _) = move(point[i], center[i], box)
        let left = size - threshold
        guard left > 0 else { continue }
        sum += min(left, room)
        if left < room { slope += 1 }
      }
      return (sum, slope)
    }
    var low = 0.0
    var high = 0.0
    for i in 0..<point.count { high = max(high, move(point[i], center[i], box).size) }
    var threshold = 0.0
    for _ in 0..<200 {
      let (sum, slope) = length(at: threshold)
      let excess = sum - target
      if threshold == 0 && excess <= 0 { return 0 }
      if excess.magnitude <= 1e-13 * max(target, 1e-30) { return threshold }
      if excess > 0 { low = threshold } else { high = threshold }
      var next = slope > 0 ? threshold + excess / slope : high
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      if next == threshold { break }
      threshold = next
    }
    return high
  }

  /// How far, with how much room inside the box, and which way one element is moved.
  private func move(
    _ point: Float, _ center: Float, _ box: ClosedRange<Float>?
  ) -> (size: Double, room: Double, sign: Double) {
    let difference = Double(point) - Double(center)
    guard difference != 0 else { return (0, 0, 0) }
    let up = difference > 0
    guard let box else { return (difference.magnitude, .infinity, up ? 1 : -1) }
    let room =
      up ? Double(box.upperBound) - Double(center) : Double(center) - Double(box.lowerBound)
    return (difference.magnitude, max(room, 0), up ? 1 : -1)
  }
}
