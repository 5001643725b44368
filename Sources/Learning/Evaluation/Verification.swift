import Settings

/// An adversarial number that does not hold when it is measured again.
package struct VerificationError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    case notFinite = "not-finite"
    case outsideBox = "outside-box"
    case outsideBall = "outside-ball"
    case prediction
  }

  package let code: Code
  /// The example's place in its split.
  package let example: Int
  package let message: String

  package var description: String { "verification failed at example \(example): \(message)" }
}

extension PerturbationBall {
  /// How much longer than epsilon a perturbation may be, for the rounding of stored images.
  package static let tolerance = 1e-6

  /// Measures one stored image again.
  ///
  /// - Throws: `VerificationError` where it is not finite, or outside of the box or the ball.
  package func verify(
    _ image: UnsafeBufferPointer<Float>, clean: UnsafeBufferPointer<Float>, example: Int
  ) throws(VerificationError) {
    try verifyElements(image, in: box, example: example)
    let distance = norm.distance(image, clean)
    guard distance <= Double(epsilon) + Self.tolerance else {
      throw VerificationError(
        code: .outsideBall, example: example,
        message: "the perturbation's \(norm) norm is \(distance), epsilon is \(epsilon)")
    }
  }
}

/// Looks at the elements of one stored image.
///
/// - Throws: `VerificationError` where one is not finite, or outside of the box.
func verifyElements(
  _ image: UnsafeBufferPointer<Float>, in box: ClosedRange<Float>, example: Int
) throws(VerificationError) {
  guard image.allSatisfy(\.isFinite) else {
    throw VerificationError(
      code: .notFinite, example: example, message: "a pixel is infinite or not a number")
  }
  if let pixel = image.first(where: { !box.contains($0) }) {
    throw VerificationError(
      code: .outsideBox, example: example,
      message: "a pixel is \(pixel), outside of \(box.lowerBound)...\(box.upperBound)")
  }
}

/// Compares two predictions for the same stored image.
///
/// - Throws: `VerificationError` where they differ.
package func verifyPrediction(
  first: Int32, second: Int32, example: Int
) throws(VerificationError) {
  guard first == second else {
    throw VerificationError(
      code: .prediction, example: example,
      message: "class \(first) was predicted first, class \(second) from the stored image")
  }
}
