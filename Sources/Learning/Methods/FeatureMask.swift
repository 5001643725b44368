import Engine
import Settings

extension FeatureMask {
  /// The factor of each element of an image.
  ///
  /// - Parameter image: `[C, H, W]`.
  /// - Returns: `[C, H, W]`, flat.
  /// - Throws: `LearningError` for a shape that does not broadcast or values outside of `0...1`.
  func expanded(to image: Shape) throws(LearningError) -> [Float] {
    let extents = [image[1], image[2], image[0]]
    guard shape.count <= 3,
      zip(shape.reversed(), extents.reversed()).allSatisfy({ $0 == 1 || $0 == $1 })
    else {
      throw LearningError(
        .badFeatureMask, "feature_mask of shape \(shape) does not broadcast to images \(extents)")
    }
    guard values.count == shape.reduce(1, *) else {
      throw LearningError(
        .badFeatureMask, "feature_mask of shape \(shape) has \(values.count) values")
    }
    guard values.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      throw LearningError(.badFeatureMask, "feature_mask has values outside of 0...1")
    }
    let full = Array(repeating: 1, count: 3 - shape.count) + shape
    var result: [Float] = []
    result.reserveCapacity(image.count)
    for c in 0..<image[0] {
      for h in 0..<image[1] {
        for w in 0..<image[2] {
          let place = [h, w, c]
          var index = 0
          for axis in 0..<3 { index = index * full[axis] + (full[axis] == 1 ? 0 : place[axis]) }
          result.append(Float(values[index]))
        }
      }
    }
    return result
  }
}
