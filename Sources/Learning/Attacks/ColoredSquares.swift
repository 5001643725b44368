import Engine
import Settings

/// Squares of one color in `infinity`: each channel at one end of the ball. The first image has
/// vertical stripes.
///
/// - Source: Andriushchenko et al. 2020, arXiv:1912.00049, algorithm 2 and section 3.3.
struct ColoredSquares: SquareChanges {
  let ball: PerturbationBall
  let plane: ImagePlane
  private var side = 1

  init(ball: PerturbationBall, plane: ImagePlane) {
    self.ball = ball
    self.plane = plane
  }

  mutating func setShare(_ share: Double) { side = plane.side(ofShare: share) }

  func start(
    _ image: UnsafeMutableBufferPointer<Float>, clean: UnsafeBufferPointer<Float>,
    _ stream: inout RandomStream
  ) {
    for channel in 0..<plane.channels {
      for column in 0..<plane.width {
        let stripe = ImageWindow(rows: 0..<plane.height, columns: column..<column + 1)
        _ = paint(stripe, stream.sign(), channel, image, clean)
      }
    }
  }

  func change(
    _ image: UnsafeMutableBufferPointer<Float>, clean: UnsafeBufferPointer<Float>,
    _ stream: inout RandomStream
  ) -> (ImageWindow, ImageWindow) {
    let square = plane.square(side: side, &stream)
    // A color that is there already would waste a query; where no other is possible, give up.
    for _ in 0..<16 {
      var isChanged = false
      for channel in 0..<plane.channels {
        if paint(square, stream.sign(), channel, image, clean) { isChanged = true }
      }
      if isChanged { break }
    }
    return (square, square)
  }

  /// Brings one channel of a window to that end of the ball.
  ///
  /// - Returns: Whether that changes anything.
  private func paint(
    _ window: ImageWindow, _ sign: Float, _ channel: Int,
    _ image: UnsafeMutableBufferPointer<Float>, _ clean: UnsafeBufferPointer<Float>
  ) -> Bool {
    let (step, box) = (sign * ball.epsilon, ball.box)
    var isChanged = false
    for row in window.rows {
      for i in plane.row(row, of: window, channel: channel) {
        let value = min(max(clean[i] + step, box.lowerBound), box.upperBound)
        if image[i] != value { isChanged = true }
        image[i] = value
      }
    }
    return isChanged
  }
}
