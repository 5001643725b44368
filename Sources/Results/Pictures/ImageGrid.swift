/// Attacked images, each beside the clean one, with what was predicted for them, as the tutorial
/// shows a batch: `true: 7`, `base: 3`, `adv-regularized: 7` under each, wrong predictions in red.
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
  /// Where the images come from: `run 000-1a2b3c4d, adv_step_size=0.1, seed=1`; may be empty.
  package let subtitle: String
  /// All of one shape.
  package let images: [GridImage]
  /// The same images before the attack, of the same shape; `nil` where they are not known.
  package let clean: [GridImage]?
  package let labels: [Int]
  package let predictions: [Predictions]
  /// What classes are called, the first one first; `nil` for their numbers.
  package let classNames: [String]?
  /// Images, or pairs of them, in a row.
  package let columns: Int

  /// - Parameter columns: By default 8 images, or 4 pairs.
  package init(
    title: String, subtitle: String = "", images: [GridImage], clean: [GridImage]? = nil,
    labels: [Int], predictions: [Predictions], classNames: [String]? = nil, columns: Int? = nil
  ) {
    let columns = columns ?? (clean == nil ? 8 : 4)
    precondition(!images.isEmpty && columns > 0, "a grid of nothing")
    precondition(
      (images + (clean ?? [])).allSatisfy {
        $0.height == images[0].height && $0.width == images[0].width
      }, "images of different sizes")
    precondition(clean.map { $0.count == images.count } ?? true, "not one clean image per image")
    precondition(
      labels.count == images.count && predictions.allSatisfy { $0.classes.count == images.count },
      "not one label and one prediction per image")
    self.title = title
    self.subtitle = subtitle
    self.images = images
    self.clean = clean
    self.classNames = classNames
    self.labels = labels
    self.predictions = predictions
    self.columns = min(columns, images.count)
  }

  private func name(ofClass number: Int) -> String {
    classNames.flatMap { $0.indices.contains(number) ? $0[number] : nil } ?? "\(number)"
  }

  /// The lines above the images, without those that are empty.
  private var head: [String] {
    let order = clean == nil ? "" : "left clean, right attacked"
    return [title, [subtitle, order].filter { !$0.isEmpty }.joined(separator: "; "), tally]
      .filter { !$0.isEmpty }
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
    let pairGap = 4
    let frame = 3
    /// Pixels a pixel of an image becomes.
    let imageScale: Int
    /// Of one image with its frame.
    let imageWidth: Int
    /// Of an image, or of a pair.
    let cellWidth: Int
    let imageHeight: Int
    let cellHeight: Int
    let titleHeight: Int

    init(_ grid: ImageGrid) {
      let image = grid.images[0]
      // About 220 pixels, so that `adv-regularized: 7` fits under it; a pair has more room.
      let wanted = grid.clean == nil ? 220 : 160
      imageScale = max(1, (wanted + image.width / 2) / image.width)
      imageWidth = image.width * imageScale + 2 * frame
      cellWidth = grid.clean == nil ? imageWidth : 2 * imageWidth + pairGap
      imageHeight = image.height * imageScale + 2 * frame
      cellHeight = imageHeight + 6 + lineHeight * (1 + grid.predictions.count)
      let lower = max(0, grid.head.count - 1)
      titleHeight = titleLineHeight + lower * (lineHeight + 4) + 12
    }
  }

  /// The picture as pixels.
  package func draw() -> Canvas {
    let layout = Layout(self)
    let rowCount = (images.count + columns - 1) / columns
    let inner = columns * (layout.cellWidth + layout.gap) - layout.gap
    // A small grid still gets room for its title.
    let head = head
    let widest = head.enumerated().map { index, line in
      line.count * BitmapFont.advance * (index == 0 ? layout.titleScale : layout.textScale)
    }
    let titleWidth = max(inner, min(900, widest.max() ?? 0))
    var canvas = Canvas(
      width: titleWidth + 2 * layout.margin,
      height: 2 * layout.margin + layout.titleHeight
        + rowCount * (layout.cellHeight + layout.gap) - layout.gap,
      fill: .white)

    var top = layout.margin
    for (index, line) in head.enumerated() {
      let scale = index == 0 ? layout.titleScale : layout.textScale
      let capacity = BitmapFont.capacity(width: titleWidth / scale)
      canvas.write(
        line.shortened(to: capacity), x: layout.margin, y: top, scale: scale,
        index == 0 ? .ink : .grey)
      top += index == 0 ? layout.titleLineHeight : layout.lineHeight + 4
    }

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
    var left = x
    if let clean {
      drawImage(clean[index], x: left, y: y, layout, isWrong: false, on: &canvas)
      left += layout.imageWidth + layout.pairGap
    }
    drawImage(images[index], x: left, y: y, layout, isWrong: isWrong, on: &canvas)

    let capacity = BitmapFont.capacity(width: layout.cellWidth / layout.textScale)
    var top = y + layout.imageHeight + 6
    let captions =
      [("true", labels[index], Colour.ink)]
      + predictions.map { prediction in
        let guess = prediction.classes[index]
        return (prediction.model, guess, guess == labels[index] ? Colour.right : .wrong)
      }
    for (name, value, colour) in captions {
      let ending = ": \(self.name(ofClass: value))"
      let text = name.shortened(to: max(1, capacity - ending.count)) + ending
      canvas.write(text.shortened(to: capacity), x: x, y: top, scale: layout.textScale, colour)
      top += layout.lineHeight
    }
  }

  private func drawImage(
    _ image: GridImage, x: Int, y: Int, _ layout: Layout, isWrong: Bool, on canvas: inout Canvas
  ) {
    canvas.frame(
      x: x, y: y, width: layout.imageWidth, height: layout.imageHeight,
      thickness: isWrong ? layout.frame : 1, isWrong ? .wrong : .line)
    canvas.draw(image, x: x + layout.frame, y: y + layout.frame, scale: layout.imageScale)
  }
}
