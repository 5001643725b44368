import CPNG
import FoundationEssentials
import Results
import Testing

@Suite struct `A grid of images` {
  /// A disc on a slope, not unlike a digit.
  func image(_ index: Int, channels: Int = 1) -> GridImage {
    var values: [Float] = []
    for y in 0..<28 {
      for x in 0..<28 {
        let dx = Float(x - 14)
        let dy = Float(y - 10 - index % 8)
        let level = (dx * dx + dy * dy).squareRoot() < Float(5 + index % 5) ? 1 : Float(x) / 140
        for channel in 0..<channels { values.append(level / Float(1 + channel)) }
      }
    }
    return GridImage(height: 28, width: 28, channels: channels, values: values)
  }

  func grid(
    _ count: Int = 32, channels: Int = 1, hasClean: Bool = false, classNames: [String]? = nil
  ) -> ImageGrid {
    let labels = (0..<count).map { $0 % 10 }
    return ImageGrid(
      title: "fgsm linf, epsilon 0.2, gradients of base",
      subtitle: hasClean ? "run 000-1a2b3c4d, adv_step_size=0.1, seed=1" : "",
      images: (0..<count).map { image($0, channels: channels) },
      clean: hasClean ? (0..<count).map { image($0 + 1, channels: channels) } : nil, labels: labels,
      predictions: [
        .init(model: "base", classes: labels.map { $0 % 3 == 0 ? $0 : 3 }),
        .init(model: "adv-regularized", classes: labels.map { $0 == 9 ? 4 : $0 }),
      ], classNames: classNames)
  }

  func decode(_ png: [UInt8]) throws -> (width: Int, height: Int, pixels: [UInt8]) {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    // The bytes must stay where they are until the reading is finished.
    let pixels = try png.withUnsafeBytes { bytes in
      try #require(png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0)
      image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
      var pixels = [UInt8](repeating: 0, count: Int(image.width * image.height) * 3)
      try #require(png_image_finish_read(&image, nil, &pixels, 0, nil) != 0)
      return pixels
    }
    return (Int(image.width), Int(image.height), pixels)
  }

  @Test(arguments: [(10, 1, false), (3, 3, false), (1, 1, false), (16, 1, true), (2, 3, true)])
  func `decodes to the pixels that were drawn`(
    count: Int, channels: Int, hasClean: Bool
  ) throws {
    let grid = grid(count, channels: channels, hasClean: hasClean)
    let canvas = grid.draw()
    let png = try grid.png()
    let decoded = try decode(png)
    #expect(decoded.width == canvas.width && decoded.height == canvas.height)
    #expect(decoded.pixels == canvas.pixels)
    #expect(try grid.png() == png)
    if let folder = ProcessInfo.processInfo.environment["NSL_KEEP_PICTURES"] {
      try Data(png).write(to: URL(filePath: folder).appending(path: "grid-\(count).png"))
    }
  }

  @Test func `has the clean image left of the attacked one`() {
    let black = GridImage(height: 2, width: 2, channels: 1, values: [0, 0, 0, 0])
    let white = GridImage(height: 2, width: 2, channels: 1, values: [1, 1, 1, 1])
    let canvas = ImageGrid(
      title: "", images: [white], clean: [black], labels: [0], predictions: []
    ).draw()
    // A row through the middle of the pair: only the clean image is black.
    let rows = (0..<canvas.height).map { y in
      (0..<canvas.width).filter { canvas.pixels[(y * canvas.width + $0) * 3] == 0 }
    }
    let dark = rows.max { $0.count < $1.count } ?? []
    #expect(dark.count == 160)
    #expect((dark.max() ?? 0) < 24 + 3 + 160)
  }

  @Test func `shows names of classes where they are known`() {
    let names = (0..<10).map { ["ankle boot", "bag"][$0 % 2] }
    let (numbers, named) = (grid(4, hasClean: true), grid(4, hasClean: true, classNames: names))
    #expect(numbers.draw().pixels != named.draw().pixels)
    // A class beyond the names keeps its number.
    #expect(grid(4, classNames: []).draw().pixels == grid(4).draw().pixels)
  }

  @Test func `counts what each model got right`() {
    #expect(grid().tally == "base 13/32   adv-regularized 29/32")
  }

  @Test func `red is for wrong predictions only`() {
    let isRed = { (pixels: [UInt8]) in
      stride(from: 0, to: pixels.count, by: 3).contains {
        pixels[$0] > 180 && pixels[$0 + 1] < 60 && pixels[$0 + 2] < 60
      }
    }
    let right = ImageGrid(
      title: "clean", images: [image(0)], labels: [7],
      predictions: [.init(model: "base", classes: [7])])
    let wrong = ImageGrid(
      title: "clean", images: [image(0)], labels: [7],
      predictions: [.init(model: "base", classes: [3])])
    #expect(!isRed(right.draw().pixels))
    #expect(isRed(wrong.draw().pixels))
  }

  @Test func `pixels that are no numbers do no harm`() throws {
    let broken = GridImage(
      height: 1, width: 4, channels: 1, values: [.nan, .infinity, -.infinity, 0.5])
    let grid = ImageGrid(title: "", images: [broken], labels: [0], predictions: [])
    #expect(try !grid.png().isEmpty)
  }
}
