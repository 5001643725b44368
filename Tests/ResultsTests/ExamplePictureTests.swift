import Results
import TestSupport
import Testing

@Suite struct `An attacked example` {
  private func image(_ values: [Float], channels: Int = 1) -> GridImage {
    GridImage(height: 2, width: 2, channels: channels, values: values)
  }

  /// Changes of 1/8, -1/4, 0 and 1/4.
  private func example(_ names: [String]? = nil, model: String = "base") -> AttackedExample {
    AttackedExample(
      model: model, clean: image([0.5, 0.5, 0.5, 0.5]),
      adversarial: image([0.625, 0.25, 0.5, 0.75]), label: 2,
      cleanLogits: [-3.25, 0.5, 9.75], adversarialLogits: [4.5, -0.125, 1], classNames: names)
  }

  private func places(of colour: [UInt8], in canvas: Canvas) -> [(x: Int, y: Int)] {
    (0..<canvas.width * canvas.height).filter { place in
      canvas.pixels[3 * place..<3 * place + 3].elementsEqual(colour)
    }.map { ($0 % canvas.width, $0 / canvas.width) }
  }

  @Test func `has red where a pixel is brighter and blue where it is darker`() throws {
    let canvas = ExamplePicture(title: "", subtitle: "", examples: [example()]).draw()
    let (red, blue, half) = (
      places(of: [255, 0, 0], in: canvas), places(of: [0, 0, 255], in: canvas),
      places(of: [255, 128, 128], in: canvas)
    )
    // A pixel of an image of 2x2 is 110 wide; the largest change has the full colour.
    #expect(red.count == 110 * 110 && blue.count == 110 * 110 && half.count == 110 * 110)
    let corners = try (#require(red.first), #require(blue.first), #require(half.first))
    #expect(corners.2.y == corners.1.y && corners.2.x + 110 == corners.1.x)
    #expect(corners.0.x == corners.1.x && corners.0.y == corners.1.y + 110)
  }

  @Test func `is white where nothing changes`() {
    let same = image([0, 0.25, 0.5, 1])
    let picture = ExamplePicture(
      title: "", subtitle: "",
      examples: [
        AttackedExample(
          model: "base", clean: same, adversarial: same, label: 0, cleanLogits: [1, 0],
          adversarialLogits: [1, 0])
      ])
    let canvas = picture.draw()
    #expect(places(of: [255, 0, 0], in: canvas).isEmpty)
    #expect(places(of: [0, 0, 255], in: canvas).isEmpty)
  }

  @Test func `shows of coloured images the channel that changes most`() {
    let clean = [Float](repeating: 0.5, count: 12)
    var adversarial = clean
    adversarial[0] = 0.625
    adversarial[1] = 0.25
    let example = AttackedExample(
      model: "base", clean: image(clean, channels: 3),
      adversarial: image(adversarial, channels: 3), label: 0, cleanLogits: [1],
      adversarialLogits: [1])
    #expect(example.change == [-0.25, 0, 0, 0])
    #expect(example.linf == 0.25 && example.l2 == 0.078125.squareRoot())
  }

  @Test func `has a row for each model`() throws {
    let one = ExamplePicture(title: "t", subtitle: "s", examples: [example()])
    let two = ExamplePicture(
      title: "t", subtitle: "s", examples: [example(), example(model: "robust")])
    #expect(two.draw().height > one.draw().height && two.draw().width == one.draw().width)
    let png = try two.png()
    #expect(png.prefix(4) == [0x89, 0x50, 0x4E, 0x47])
    #expect(try two.png() == png)
  }

  @Test func `is told in words`() throws {
    let wide = AttackedExample(
      model: "wide", clean: image([0, 0, 0, 0]), adversarial: image([0, 0, 0, 1]), label: 50,
      cleanLogits: (0..<100).map { Float($0 % 17) },
      adversarialLogits: (0..<100).map { Float($0 % 13) - 4 })
    #expect(wide.shownClasses.count == 10 && wide.shownClasses.contains(50))
    try expectSnapshot(
      [
        example().text(), example(["ankle boot", "bag", "coat"]).text(width: 40), wide.text(),
      ].joined(separator: "\n"), named: "example.txt")
  }

  @Test func `whose logits are no numbers does no harm`() throws {
    let broken = AttackedExample(
      model: "base", clean: image([0, 0, 0, 0]), adversarial: image([.nan, 1, 1, 1]), label: 0,
      cleanLogits: [.infinity, -.infinity, 0], adversarialLogits: [.nan, .nan, .nan])
    #expect(broken.cleanPrediction == 0 && broken.adversarialPrediction == -1)
    #expect(broken.text().contains("adversarial none"))
    #expect(try !ExamplePicture(title: "", subtitle: "", examples: [broken]).png().isEmpty)
  }
}
