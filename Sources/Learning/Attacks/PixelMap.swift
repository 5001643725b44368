/// Says where the pixels of a new image are in the old one: a linear map around the center, and a shift.
///
/// Between pixels the values are interpolated linearly; all around the image is 0.
struct PixelMap {
  /// How the old column depends on the new column and the new row, each from the center.
  var column: (Double, Double) = (1, 0)
  /// How the old row does.
  var row: (Double, Double) = (0, 1)
  /// Added to the old column and the old row, in pixels.
  var shift: (Double, Double) = (0, 0)

  /// - Parameters:
  ///   - clean: `[C, H, W]`.
  ///   - image: The same; it is written.
  func write(
    _ clean: UnsafeBufferPointer<Float>, _ plane: ImagePlane,
    into image: UnsafeMutableBufferPointer<Float>
  ) {
    let (height, width) = (plane.height, plane.width)
    let (centerX, centerY) = (Double(width - 1) / 2, Double(height - 1) / 2)
    for y in 0..<height {
      for x in 0..<width {
        let (toX, toY) = (Double(x) - centerX, Double(y) - centerY)
        let fromX = centerX + column.0 * toX + column.1 * toY + shift.0
        let fromY = centerY + row.0 * toX + row.1 * toY + shift.1
        let (left, top) = (fromX.rounded(.down), fromY.rounded(.down))
        for channel in 0..<plane.channels {
          let start = channel * height * width
          func value(_ dx: Double, _ dy: Double) -> Double {
            let (x, y) = (left + dx, top + dy)
            guard x >= 0, y >= 0, x < Double(width), y < Double(height) else { return 0 }
            return Double(clean[start + Int(y) * width + Int(x)])
          }
          let (right, down) = (fromX - left, fromY - top)
          let above = (1 - right) * value(0, 0) + right * value(1, 0)
          let below = (1 - right) * value(0, 1) + right * value(1, 1)
          image[start + y * width + x] = Float((1 - down) * above + down * below)
        }
      }
    }
  }
}
