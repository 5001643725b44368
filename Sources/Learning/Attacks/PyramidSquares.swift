import Engine
import Settings

/// Squares in `l2`, each a step up in one half and down in the other: what another square has of the
/// perturbation's length, and what is left of epsilon, goes into one. The first image is tiled with
/// them.
///
/// - Source: Andriushchenko et al. 2020, arXiv:1912.00049, algorithm 3 and section 3.4.
struct PyramidSquares: SquareChanges {
  let plane: ImagePlane
  private let ball: PerturbationBall
  /// Epsilon, less what rounding may add.
  private let radius: Double
  private var side = 1
  /// `[side, side]`.
  private var pyramid: [Float] = [1]

  init(ball: PerturbationBall, plane: ImagePlane) {
    self.ball = ball
    self.plane = plane
    radius = Double(ball.epsilon) * (1 - 1e-6)
  }

  mutating func setShare(_ share: Double) {
    let wanted = max(plane.side(ofShare: share), 3)
    let next = min(wanted % 2 == 0 ? wanted + 1 : wanted, plane.height, plane.width)
    if next == side { return }
    side = next
    pyramid = Self.pyramid(next)
  }

  func start(
    _ image: UnsafeMutableBufferPointer<Float>, clean: UnsafeBufferPointer<Float>,
    _ stream: inout RandomStream
  ) {
    // A fifth of the height, as many as there is room for.
    let tile = min(max(plane.height / 5, 1), plane.width)
    let (down, across) = (plane.height / tile, plane.width / tile)
    let (top, left) = ((plane.height - down * tile) / 2, (plane.width - across * tile) / 2)
    let pattern = Self.pyramid(tile)
    let length = radius / Double(down * across * plane.channels).squareRoot()
    for tileRow in 0..<down {
      for tileColumn in 0..<across {
        let isTransposed = stream.next() & 1 == 0
        let rows = top + tileRow * tile..<top + (tileRow + 1) * tile
        let columns = left + tileColumn * tile..<left + (tileColumn + 1) * tile
        let window = ImageWindow(rows: rows, columns: columns)
        for channel in 0..<plane.channels {
          let factor = stream.sign() * Float(length)
          forEachElement(of: window, channel) { i, row, column in
            let place = isTransposed ? column * tile + row : row * tile + column
            image[i] = clip(clean[i] + factor * pattern[place])
          }
        }
      }
    }
  }

  func change(
    _ image: UnsafeMutableBufferPointer<Float>, clean: UnsafeBufferPointer<Float>,
    _ stream: inout RandomStream
  ) -> (ImageWindow, ImageWindow) {
    let goal = plane.square(side: side, &stream)
    let source = plane.square(side: side, &stream)
    let isTransposed = stream.next() & 1 == 0
    let length = ball.norm.distance(UnsafeBufferPointer(image), clean)
    let unused = max(radius * radius - length * length, 0) / Double(plane.channels)
    for channel in 0..<plane.channels {
      let old = square(goal, channel, image, clean)
      let moved = square(source, channel, image, clean, outside: goal)
      forEachElement(of: source, channel) { i, row, column in
        if !goal.contains(source, row, column) { image[i] = clean[i] }
      }
      let sign = stream.sign()
      let inverse = Float(1 / (old.squareRoot() + 1e-12))
      func changed(_ i: Int, _ row: Int, _ column: Int) -> Float {
        let place = isTransposed ? column * side + row : row * side + column
        return (image[i] - clean[i]) * inverse + sign * pyramid[place]
      }
      var sum = 0.0
      forEachElement(of: goal, channel) { i, row, column in
        let value = Double(changed(i, row, column))
        sum += value * value
      }
      let factor = sum > 0 ? Float(((unused + old + moved) / sum).squareRoot()) : 0
      forEachElement(of: goal, channel) { i, row, column in
        image[i] = clip(clean[i] + factor * changed(i, row, column))
      }
    }
    return (goal, source)
  }

  private func clip(_ value: Float) -> Float {
    min(max(value, ball.box.lowerBound), ball.box.upperBound)
  }

  /// The square of the perturbation's length in one channel of a window.
  private func square(
    _ window: ImageWindow, _ channel: Int, _ image: UnsafeMutableBufferPointer<Float>,
    _ clean: UnsafeBufferPointer<Float>, outside other: ImageWindow? = nil
  ) -> Double {
    var sum = 0.0
    forEachElement(of: window, channel) { i, row, column in
      if let other, other.contains(window, row, column) { return }
      let difference = Double(image[i]) - Double(clean[i])
      sum += difference * difference
    }
    return sum
  }

  /// Calls `body` with each element of a window and its place there.
  private func forEachElement(
    of window: ImageWindow, _ channel: Int,
    _ body: (_ element: Int, _ row: Int, _ column: Int) -> Void
  ) {
    for row in 0..<window.rows.count {
      let elements = plane.row(window.rows.lowerBound + row, of: window, channel: channel)
      for column in 0..<elements.count { body(elements.lowerBound + column, row, column) }
    }
  }

  /// Of length 1: the upper half is a pyramid of `1 / (k + 1)²`, k counted from its middle to its edge
  /// and summed up, the lower half one that goes down.
  static func pyramid(_ side: Int) -> [Float] {
    let upper = side / 2
    var values = half(rows: upper, columns: side)
    values += half(rows: side - upper, columns: side).map { -$0 }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { Float($0 / length) }
  }

  /// Of length 1.
  private static func half(rows: Int, columns: Int) -> [Double] {
    let last = max(rows, columns) / 2
    let values: [Double] = (0..<rows * columns).map { place in
      let (row, column) = (place / columns, place % columns)
      let ring = max(abs(row - rows / 2), abs(column - columns / 2))
      let steps = (ring...last).map { k in 1 / Double((k + 1) * (k + 1)) }
      return steps.reduce(0, +)
    }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }
}

extension ImageWindow {
  /// Whether it holds what is at this row and column of another window.
  fileprivate func contains(_ other: ImageWindow, _ row: Int, _ column: Int) -> Bool {
    rows.contains(other.rows.lowerBound + row)
      && columns.contains(other.columns.lowerBound + column)
  }
}
