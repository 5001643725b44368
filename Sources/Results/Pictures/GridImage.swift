/// An image as the engine's data have it, to be shown in a picture.
package struct GridImage: Hashable, Sendable {
  package let height: Int
  package let width: Int
  /// 1 (grey) or 3 (red, green, blue).
  package let channels: Int
  /// `[height, width, channels]`, each element in `0...1`; what lies outside is cut there.
  package let values: [Float]

  package init(height: Int, width: Int, channels: Int, values: [Float]) {
    precondition(height > 0 && width > 0 && (channels == 1 || channels == 3), "not an image")
    precondition(values.count == height * width * channels, "values of another shape")
    self.height = height
    self.width = width
    self.channels = channels
    self.values = values
  }
}

extension Canvas {
  /// Draws an image with its upper left corner at `x`, `y`, each of its pixels `scale` wide.
  mutating func draw(_ image: GridImage, x: Int, y: Int, scale: Int) {
    draw(height: image.height, width: image.width, x: x, y: y, scale: scale) { row, column in
      let place = (row * image.width + column) * image.channels
      let levels = (0..<3).map { channel in
        // `max` first: it turns what is not a number into 0.
        UInt8((min(1, max(0, image.values[place + channel % image.channels])) * 255).rounded())
      }
      return Colour(red: levels[0], green: levels[1], blue: levels[2])
    }
  }

  /// Draws what has a colour for each row and column.
  mutating func draw(
    height: Int, width: Int, x: Int, y: Int, scale: Int, _ colour: (Int, Int) -> Colour
  ) {
    for row in 0..<height {
      for column in 0..<width {
        fill(
          x: x + column * scale, y: y + row * scale, width: scale, height: scale,
          colour(row, column))
      }
    }
  }
}
