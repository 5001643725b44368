/// One example under an attack, a row for each model: clean, adversarial, their difference, and the
/// logits of both.
package struct ExamplePicture: Hashable, Sendable {
  /// The attack, in a few words: `fgsm linf 0.2, own gradients`.
  package let title: String
  /// Where the example comes from: `run 000-1a2b3c4d, example 17`.
  package let subtitle: String
  package let examples: [AttackedExample]

  /// - Parameter examples: Of the same image, at least one.
  package init(title: String, subtitle: String, examples: [AttackedExample]) {
    precondition(!examples.isEmpty, "a picture of nothing")
    self.title = title
    self.subtitle = subtitle
    self.examples = examples
  }

  /// The picture as a PNG file; equal examples make equal bytes.
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
    let frame = 1
    /// Of a character.
    let advance = 2 * BitmapFont.advance
    let nameWidth = 12 * 2 * BitmapFont.advance
    let barWidth = 200
    let numberWidth = 9 * 2 * BitmapFont.advance
    /// Pixels a pixel of an image becomes.
    let imageScale: Int
    /// With its frame.
    let imageWidth: Int
    let imageHeight: Int
    let rowHeight: Int
    let width: Int

    init(_ examples: [AttackedExample]) {
      let image = examples[0].clean
      imageScale = max(1, (220 + image.width / 2) / image.width)
      imageWidth = image.width * imageScale + 2 * frame
      imageHeight = image.height * imageScale + 2 * frame
      let classes = examples.map(\.shownClasses.count).max() ?? 0
      // A heading; the images with two lines below them, or the logits with a line above them.
      rowHeight =
        lineHeight + 4 + max(imageHeight + 6 + 2 * lineHeight, lineHeight * (classes + 1))
      width =
        2 * margin + 3 * (imageWidth + gap) + nameWidth + 2 * numberWidth + gap + barWidth
    }
  }

  /// The picture as pixels.
  package func draw() -> Canvas {
    let layout = Layout(examples)
    let top = layout.margin + layout.titleLineHeight + layout.lineHeight + 12
    var canvas = Canvas(
      width: layout.width,
      height: top + examples.count * (layout.rowHeight + layout.gap) - layout.gap + layout.margin,
      fill: .white)
    let inner = layout.width - 2 * layout.margin
    canvas.write(
      title.shortened(to: BitmapFont.capacity(width: inner / layout.titleScale)),
      x: layout.margin, y: layout.margin, scale: layout.titleScale, .ink)
    canvas.write(
      subtitle.shortened(to: BitmapFont.capacity(width: inner / layout.textScale)),
      x: layout.margin, y: layout.margin + layout.titleLineHeight, scale: layout.textScale, .grey)
    for (index, example) in examples.enumerated() {
      draw(example, y: top + index * (layout.rowHeight + layout.gap), layout, on: &canvas)
    }
    return canvas
  }

  private func draw(
    _ example: AttackedExample, y: Int, _ layout: Layout, on canvas: inout Canvas
  ) {
    let heading = "\(example.model), true: \(example.trueName)"
    canvas.write(
      "\(heading), change \(example.lengths)", x: layout.margin, y: y, scale: layout.textScale,
      .ink)
    let y = y + layout.lineHeight + 4
    var x = layout.margin
    func caption(_ name: String, _ text: String, _ colour: Colour) {
      let capacity = BitmapFont.capacity(width: layout.imageWidth / layout.textScale)
      let top = y + layout.imageHeight + 6
      canvas.write(name, x: x, y: top, scale: layout.textScale, .grey)
      canvas.write(
        text.shortened(to: capacity), x: x, y: top + layout.lineHeight, scale: layout.textScale,
        colour)
    }
    func frame() {
      canvas.frame(
        x: x, y: y, width: layout.imageWidth, height: layout.imageHeight,
        thickness: layout.frame, .line)
    }
    let images = [
      ("clean", example.clean, example.cleanPrediction),
      ("adversarial", example.adversarial, example.adversarialPrediction),
    ]
    for (name, image, prediction) in images {
      frame()
      canvas.draw(image, x: x + layout.frame, y: y + layout.frame, scale: layout.imageScale)
      caption(
        name, example.name(ofClass: prediction), prediction == example.label ? .right : .wrong)
      x += layout.imageWidth + layout.gap
    }
    frame()
    let (change, scale) = (example.change, example.linf)
    canvas.draw(
      height: example.clean.height, width: example.clean.width, x: x + layout.frame,
      y: y + layout.frame, scale: layout.imageScale
    ) { Colour(ofChange: change[$0 * example.clean.width + $1], largest: scale) }
    let length = NumberText.significant(Double(scale), digits: 3)
    caption("difference", "-\(length)", .darker)
    let brighter = "+\(length)"
    canvas.write(
      brighter, x: x + layout.imageWidth - brighter.count * layout.advance,
      y: y + layout.imageHeight + 6 + layout.lineHeight, scale: layout.textScale, .wrong)
    x += layout.imageWidth + layout.gap
    drawLogits(of: example, x: x, y: y, layout, on: &canvas)
  }

  /// A line for each class: its name, two bars from 0, two numbers.
  private func drawLogits(
    of example: AttackedExample, x: Int, y: Int, _ layout: Layout, on canvas: inout Canvas
  ) {
    let scale = layout.textScale
    let bars = x + layout.nameWidth
    let numbers = bars + layout.barWidth + layout.gap
    let range = example.logitRange
    let length = range.upperBound - range.lowerBound
    func place(_ logit: Float) -> Int {
      guard length > 0, logit.isFinite else { return bars }
      return bars + Int((Float(layout.barWidth) * (logit - range.lowerBound) / length).rounded())
    }
    func number(_ text: String, column: Int, y: Int, _ colour: Colour) {
      let right = numbers + (column + 1) * layout.numberWidth
      canvas.write(text, x: right - text.count * layout.advance, y: y, scale: scale, colour)
    }
    canvas.write("logits", x: x, y: y, scale: scale, .ink)
    number("clean", column: 0, y: y, .grey)
    number("attacked", column: 1, y: y, .ink)
    for (line, index) in example.shownClasses.enumerated() {
      let y = y + (line + 1) * layout.lineHeight
      let isWrong = index == example.adversarialPrediction && index != example.label
      let name = example.name(ofClass: index)
      canvas.write(
        name.shortened(to: BitmapFont.capacity(width: layout.nameWidth / scale) - 1), x: x, y: y,
        scale: scale, index == example.label ? .right : isWrong ? .wrong : .ink)
      let both = [
        (example.cleanLogits[index], Colour.grey), (example.adversarialLogits[index], .ink),
      ]
      for (column, (logit, colour)) in both.enumerated() {
        let (zero, end) = (place(0), place(logit))
        if logit.isFinite {
          canvas.fill(
            x: min(zero, end), y: y + column * 8, width: max(1, abs(end - zero)), height: 7, colour)
        }
        number(NumberText.fixed(Double(logit), decimals: 2), column: column, y: y, colour)
      }
    }
  }
}

extension Colour {
  /// Of a text about what is darker than before.
  fileprivate static let darker = Colour(red: 0, green: 0, blue: 190)

  /// White for no change, red for more and blue for less, the fuller the larger the change.
  ///
  /// - Parameter largest: The change of full colour; changes beyond it have that colour, too.
  init(ofChange change: Float, largest: Float) {
    let share = largest > 0 ? min(1, max(0, change.magnitude / largest)) : 0
    let rest = UInt8(((1 - share) * 255).rounded())
    self =
      change < 0
      ? Colour(red: rest, green: rest, blue: 255) : Colour(red: 255, green: rest, blue: rest)
  }
}
