import Engine

/// How one norm's square attack changes images.
protocol SquareChanges {
  var plane: ImagePlane { get }
  /// Sets the size of the squares that follow.
  ///
  /// - Parameter share: Of the image's pixels, in `0...1`.
  mutating func setShare(_ share: Double)
  /// Changes a clean image all over.
  func start(
    _ image: UnsafeMutableBufferPointer<Float>, clean: UnsafeBufferPointer<Float>,
    _ stream: inout RandomStream)
  /// Changes two windows, which may be the same or overlap.
  func change(
    _ image: UnsafeMutableBufferPointer<Float>, clean: UnsafeBufferPointer<Float>,
    _ stream: inout RandomStream
  ) -> (ImageWindow, ImageWindow)
}

/// Some rows and columns of an image, in all its channels.
struct ImageWindow {
  var rows: Range<Int>
  var columns: Range<Int>
}

/// Where the pixels of an image are.
struct ImagePlane {
  let channels: Int
  let height: Int
  let width: Int

  /// - Parameter shape: `[C, H, W]`.
  init(_ shape: Shape) {
    (channels, height, width) = (shape[0], shape[1], shape[2])
  }

  var whole: ImageWindow { ImageWindow(rows: 0..<height, columns: 0..<width) }

  /// The elements of one row of a window.
  func row(_ row: Int, of window: ImageWindow, channel: Int) -> Range<Int> {
    let start = (channel * height + row) * width
    return start + window.columns.lowerBound..<start + window.columns.upperBound
  }

  /// Side of a square that covers this share of the image, not larger than the image.
  func side(ofShare share: Double) -> Int {
    let side = (share * Double(height * width)).squareRoot().rounded(.toNearestOrEven)
    return min(max(Int(side), 1), height, width)
  }

  /// A square at a place drawn uniformly. As in the authors' program it does not reach the last row and
  /// column, unless it has all of them.
  func square(side: Int, _ stream: inout RandomStream) -> ImageWindow {
    let row = stream.integer(below: max(height - side, 1))
    let column = stream.integer(below: max(width - side, 1))
    return ImageWindow(rows: row..<row + side, columns: column..<column + side)
  }

  /// Copies a window of one image to another.
  func copy(
    _ window: ImageWindow, from source: UnsafeMutableBufferPointer<Float>,
    to goal: UnsafeMutableBufferPointer<Float>
  ) {
    for channel in 0..<channels {
      for row in window.rows {
        for i in self.row(row, of: window, channel: channel) { goal[i] = source[i] }
      }
    }
  }
}

extension RandomStream {
  /// 1 or -1.
  mutating func sign() -> Float { next() & 1 == 0 ? 1 : -1 }
}
