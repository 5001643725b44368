/// Images as PNG files of their own size, for pages that show them.
extension GridImage {
  /// The image, a pixel for each of its pixels.
  ///
  /// - Throws: `PNGError` with libpng's words.
  package func png() throws(PNGError) -> [UInt8] {
    var canvas = Canvas(width: width, height: height, fill: .white)
    canvas.draw(self, x: 0, y: 0, scale: 1)
    return try canvas.png()
  }

  /// How it differs from `clean`, of the same shape: red where a pixel is brighter, blue where it
  /// is darker, full where it changes most.
  ///
  /// - Throws: `PNGError` with libpng's words.
  package func changePNG(from clean: GridImage) throws(PNGError) -> [UInt8] {
    let change = change(from: clean)
    let largest = change.reduce(0) { max($0, $1.magnitude) }
    var canvas = Canvas(width: width, height: height, fill: .white)
    canvas.draw(height: height, width: width, x: 0, y: 0, scale: 1) { row, column in
      Colour(ofChange: change[row * width + column], largest: largest)
    }
    return try canvas.png()
  }

  /// The difference from `clean`, of the same shape, for each pixel, `[height, width]`; of coloured
  /// images that of the channel that changes most.
  package func change(from clean: GridImage) -> [Float] {
    precondition(
      height == clean.height && width == clean.width && channels == clean.channels,
      "images of different shapes")
    return (0..<height * width).map { pixel in
      var largest: Float = 0
      for place in pixel * channels..<(pixel + 1) * channels {
        let change = values[place] - clean.values[place]
        if change.magnitude > largest.magnitude { largest = change }
      }
      return largest
    }
  }
}
