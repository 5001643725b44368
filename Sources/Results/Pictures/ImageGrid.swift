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

/// Images side by side with what was predicted for them, as the tutorial shows a batch:
/// `true: 7`, `base: 3`, `adv-regularized: 7` under each, wrong predictions in red.
package struct ImageGrid: Hashable, Sendable {
  /// What one model said about all images.
  package struct Predictions: Hashable, Sendable {
    package var model: String
    /// One class per image.
    package var classes: [Int]

    package init(model: String, classes: [Int]) {
      self.model = model
      self.classes = classes
    }
  }

  /// The attack, in a few words: `fgsm linf, epsilon 0.2, gradients of base`.
  package let title: String
  /// All of one shape.
  package let images: [GridImage]
  package let labels: [Int]
  package let predictions: [Predictions]
  /// Images in a row.
  package let columns: Int

  package init(
    title: String, images: [GridImage], labels: [Int], predictions: [Predictions],
    columns: Int = 8
  ) {
    precondition(!images.isEmpty && columns > 0, "a grid of nothing")
    precondition(
      images.allSatisfy { $0.height == images[0].height && $0.width == images[0].width },
      "images of different sizes")
    precondition(
      labels.count == images.count && predictions.allSatisfy { $0.classes.count == images.count },
      "not one label and one prediction per image")
    self.title = title
    self.images = images
    self.labels = labels
    self.predictions = predictions
    self.columns = min(columns, images.count)
  }

  /// How many were right, by model: `base 11/32   adv-regularized 31/32`.
  package var tally: String {
    predictions.map { prediction in
      let right = zip(prediction.classes, labels).count { $0 == $1 }
      return "\(prediction.model) \(right)/\(images.count)"
    }.joined(separator: "   ")
  }

  /// The picture as a PNG file; equal grids make equal bytes.
  ///
  /// - Throws: `PNGError` with libpng's words.
  package func png() throws(PNGError) -> [UInt8] { try draw().png() }

  /// Lengths in pixels.
  private struct Layout {
    let textScale = 2
    let lineHeight = 2 * (BitmapFont.glyphHeight + 2)
    let titleScale = 3
    let titleLineHeight = 3 * (BitmapFont.glyphHeight + 2)
    let margin = 24
    let gap = 16
    let frame = 3
    /// Pixels a pixel of an image becomes.
    let imageScale: Int
    let cellWidth: Int
    let imageHeight: Int
    let cellHeight: Int
    let titleHeight: Int

    init(_ grid: ImageGrid) {
      let image = grid.images[0]
      // About 220 pixels, so that `adv-regularized: 7` fits under it.
      imageScale = max(1, (220 + image.width / 2) / image.width)
      cellWidth = image.width * imageScale + 2 * frame
      imageHeight = image.height * imageScale + 2 * frame
      cellHeight = imageHeight + 6 + lineHeight * (1 + grid.predictions.count)
      titleHeight = 2 * titleLineHeight + 12
    }

    /// How wide a text of the title is, in pixels.
    func titleWidth(_ text: String) -> Int { text.count * BitmapFont.advance * titleScale }
  }

  /// The picture as pixels.
  package func draw() -> Canvas {
    let layout = Layout(self)
    let rowCount = (images.count + columns - 1) / columns
    let inner = columns * (layout.cellWidth + layout.gap) - layout.gap
    // A small grid still gets room for its title.
    let titleWidth = max(inner, min(900, max(layout.titleWidth(title), layout.titleWidth(tally))))
    var canvas = Canvas(
      width: titleWidth + 2 * layout.margin,
      height: 2 * layout.margin + layout.titleHeight
        + rowCount * (layout.cellHeight + layout.gap) - layout.gap,
      fill: .white)

    let capacity = BitmapFont.capacity(width: titleWidth / layout.titleScale)
    canvas.write(
      title.shortened(to: capacity), x: layout.margin, y: layout.margin, scale: layout.titleScale,
      .ink)
    canvas.write(
      tally.shortened(to: capacity), x: layout.margin, y: layout.margin + layout.titleLineHeight,
      scale: layout.titleScale, .grey)

    for index in images.indices {
      let x = layout.margin + index % columns * (layout.cellWidth + layout.gap)
      let y =
        layout.margin + layout.titleHeight + index / columns * (layout.cellHeight + layout.gap)
      drawCell(index, x: x, y: y, layout, on: &canvas)
    }
    return canvas
  }

  private func drawCell(_ index: Int, x: Int, y: Int, _ layout: Layout, on canvas: inout Canvas) {
    let isWrong = predictions.contains { $0.classes[index] != labels[index] }
    canvas.frame(
      x: x, y: y, width: layout.cellWidth, height: layout.imageHeight,
      thickness: isWrong ? layout.frame : 1, isWrong ? .wrong : .line)
    drawImage(images[index], x: x + layout.frame, y: y + layout.frame, layout, on: &canvas)

    let capacity = BitmapFont.capacity(width: layout.cellWidth / layout.textScale)
    var top = y + layout.imageHeight + 6
    let captions =
      [("true", labels[index], Colour.ink)]
      + predictions.map { prediction in
        let guess = prediction.classes[index]
        return (prediction.model, guess, guess == labels[index] ? Colour.right : .wrong)
      }
    for (name, value, colour) in captions {
      let number = ": \(value)"
      let text = name.shortened(to: max(1, capacity - number.count)) + number
      canvas.write(text, x: x, y: top, scale: layout.textScale, colour)
      top += layout.lineHeight
    }
  }

  private func drawImage(
    _ image: GridImage, x: Int, y: Int, _ layout: Layout, on canvas: inout Canvas
  ) {
    let scale = layout.imageScale
    for row in 0..<image.height {
      for column in 0..<image.width {
        let place = (row * image.width + column) * image.channels
        let levels = (0..<3).map { channel in
          // `max` first: it turns what is not a number into 0.
          UInt8((min(1, max(0, image.values[place + channel % image.channels])) * 255).rounded())
        }
        canvas.fill(
          x: x + column * scale, y: y + row * scale, width: scale, height: scale,
          Colour(red: levels[0], green: levels[1], blue: levels[2]))
      }
    }
  }
}
