import CFunctions

/// The weights of a Gaussian blur along one direction, up to four standard deviations away, as SciPy and
/// scikit-image cut it. Beyond the edge an image goes on with its last pixel.
struct GaussianKernel {
  /// Of the pixels at a distance of `-radius...radius`; their sum is 1.
  let weights: [Double]
  private let radius: Int

  /// - Parameter deviation: The standard deviation, in pixels.
  init(deviation: Double) {
    let radius = Int(4 * deviation + 0.5)
    let heights = (-radius...radius).map {
      nsl_exp(-0.5 * Double($0 * $0) / (deviation * deviation))
    }
    let sum = heights.reduce(0, +)
    weights = heights.map { $0 / sum }
    self.radius = radius
  }

  /// Blurs an image along columns, then along rows.
  ///
  /// - Parameters:
  ///   - clean: `[C, H, W]`.
  ///   - image: The same; it is written.
  func write(
    _ clean: UnsafeBufferPointer<Float>, _ plane: ImagePlane,
    into image: UnsafeMutableBufferPointer<Float>
  ) {
    let (height, width) = (plane.height, plane.width)
    var line = [Double](repeating: 0, count: max(height, width))
    for channel in 0..<plane.channels {
      let start = channel * height * width
      for x in 0..<width {
        for y in 0..<height { line[y] = Double(clean[start + y * width + x]) }
        for y in 0..<height { image[start + y * width + x] = blurred(line, count: height, at: y) }
      }
      for y in 0..<height {
        let start = start + y * width
        for x in 0..<width { line[x] = Double(image[start + x]) }
        for x in 0..<width { image[start + x] = blurred(line, count: width, at: x) }
      }
    }
  }

  private func blurred(_ line: [Double], count: Int, at place: Int) -> Float {
    var sum = 0.0
    for (index, weight) in weights.enumerated() {
      sum += weight * line[min(max(place + index - radius, 0), count - 1)]
    }
    return Float(sum)
  }
}
