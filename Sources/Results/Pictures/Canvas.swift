internal import CPNG

/// A colour of 8 bits a channel.
struct Colour: Hashable, Sendable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  static let white = Colour(red: 255, green: 255, blue: 255)
  static let ink = Colour(red: 33, green: 37, blue: 41)
  static let grey = Colour(red: 108, green: 117, blue: 125)
  static let line = Colour(red: 206, green: 212, blue: 218)
  static let right = Colour(red: 17, green: 106, blue: 58)
  static let wrong = Colour(red: 201, green: 23, blue: 34)
}

/// A rectangle of pixels to draw on.
package struct Canvas: Sendable {
  package let width: Int
  package let height: Int
  /// `[height, width, 3]`, row by row from the top.
  package private(set) var pixels: [UInt8]

  init(width: Int, height: Int, fill colour: Colour) {
    self.width = width
    self.height = height
    pixels = []
    pixels.reserveCapacity(width * height * 3)
    for _ in 0..<width * height { pixels += [colour.red, colour.green, colour.blue] }
  }

  /// Fills a rectangle; what lies outside the canvas is left out.
  mutating func fill(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
    for row in max(0, y)..<max(0, min(self.height, y + height), y) {
      for column in max(0, x)..<max(0, min(self.width, x + width), x) {
        let place = (row * self.width + column) * 3
        pixels[place] = colour.red
        pixels[place + 1] = colour.green
        pixels[place + 2] = colour.blue
      }
    }
  }

  /// Draws the inside edge of a rectangle.
  mutating func frame(x: Int, y: Int, width: Int, height: Int, thickness: Int, _ colour: Colour) {
    fill(x: x, y: y, width: width, height: thickness, colour)
    fill(x: x, y: y + height - thickness, width: width, height: thickness, colour)
    fill(x: x, y: y, width: thickness, height: height, colour)
    fill(x: x + width - thickness, y: y, width: thickness, height: height, colour)
  }

  /// Draws one line of text with its upper left corner at `x`, `y`, each dot `scale` pixels wide.
  mutating func write(_ text: String, x: Int, y: Int, scale: Int, _ colour: Colour) {
    for (index, character) in text.enumerated() {
      let left = x + index * BitmapFont.advance * scale
      for (row, bits) in BitmapFont.rows(of: character).enumerated() {
        for column in 0..<BitmapFont.glyphWidth where bits >> (4 - column) & 1 == 1 {
          fill(
            x: left + column * scale, y: y + row * scale, width: scale, height: scale, colour)
        }
      }
    }
  }

  /// The picture as a PNG file of 8-bit RGB.
  ///
  /// - Throws: `PNGError` with libpng's words.
  func png() throws(PNGError) -> [UInt8] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&image) }

    // A PNG is hardly larger than its pixels; libpng says how large where it is.
    var bytes = [UInt8](repeating: 0, count: pixels.count + pixels.count / 8 + 4096)
    var size = png_alloc_size_t(bytes.count)
    guard png_image_write_to_memory(&image, &bytes, &size, 0, pixels, 0, nil) != 0 else {
      let message = withUnsafeBytes(of: image.message) { message in
        String(decoding: message.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw PNGError(message: message)
    }
    bytes.removeSubrange(Int(size)...)
    return bytes
  }
}

/// Why libpng did not write a picture.
package struct PNGError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String
  package var description: String { "error: the picture could not be written: \(message)" }
}
