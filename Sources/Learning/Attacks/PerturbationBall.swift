package import Settings

/// Where adversarial images may lie: an Lᵖ ball around the clean image, cut by a box.
package struct PerturbationBall: Codable, Hashable, Sendable {
  package var norm: Norm
  /// Radius, in pixel units (images lie in `0...1`).
  package var epsilon: Float
  /// What every element stays in; clean images must lie in it, too.
  package var box: ClosedRange<Float>

  package init(norm: Norm, epsilon: Float, box: ClosedRange<Float> = 0...1) {
    precondition(epsilon >= 0, "a radius is not negative")
    self.norm = norm
    self.epsilon = epsilon
    self.box = box
  }

  /// Moves one image inside.
  func project(
    _ image: UnsafeMutableBufferPointer<Float>, around clean: UnsafeBufferPointer<Float>
  ) {
    norm.project(image, center: clean, radius: epsilon, box: box)
  }
}
