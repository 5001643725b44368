internal import FoundationEssentials
internal import Results

extension ExperimentReport {
  /// Attacked images with what models say of them, and how they were changed.
  func examples() -> Section? {
    var budget = Self.mostImageBytes
    var shown: [HTML] = []
    var left = 0
    // The first one that is seen shows what an attack does.
    let first = pictures.firstIndex { ExampleFigure($0).foolsSomeModel }
    let order = pictures.indices.sorted { ($0 == first ? 0 : 1, $0) < ($1 == first ? 0 : 1, $1) }
    for picture in order.map({ pictures[$0] }) {
      let drawn = ExampleFigure(picture)
      // Later ones may be smaller, but a page without gaps is easier to understand.
      guard left == 0, let html = drawn.html(isOpen: shown.isEmpty, budget: &budget) else {
        left += 1
        continue
      }
      shown.append(html)
    }
    guard !shown.isEmpty else { return nil }
    if left > 0 {
      shown.append(
        .note(
          "\(count(left, "more picture")) would make this page too large: see the folder runs/."))
    }
    let introduction: HTML = """
      The first test images of an attack. Below each: the true class and what each model takes it for; ✗ and a red frame mark a wrong one. \
      In the changes, red is brighter and blue is darker than the clean image.
      """
    return Section("examples", "What the models see", introduction, .joined(shown))
  }

  /// Of all images as they stand in the page.
  private static let mostImageBytes = 1_200_000
}

/// The images of one picture on the page.
private struct ExampleFigure {
  let grid: ImageGrid
  init(_ grid: ImageGrid) { self.grid = grid }

  /// How many are shown beside the clean image and the change.
  private static let triples = 4

  /// - Parameter budget: How many bytes of images fit on the page; what is used is subtracted.
  /// - Returns: `nil` where it does not fit, or where an image cannot be written.
  func html(isOpen: Bool, budget: inout Int) -> HTML? {
    guard let images = try? grid.images.map({ try Self.source($0.png()) }) else { return nil }
    let thumbnails = images.indices.map { index in
      HTML.element(
        "li", ["class": isFooled(index) ? "fooled" : "right"],
        image(images[index], words(index, "attacked image")), said(index))
    }
    let triples = triples(images)
    let size = images.reduce(0) { $0 + $1.utf8.count } + triples.bytes
    guard size <= budget else { return nil }
    budget -= size
    let heading = [grid.subtitle, grid.tally].filter { !$0.isEmpty }.joined(separator: "; right: ")
    let content =
      HTML.note(.text(heading)) + triples.html
      + .element("ul", ["class": "thumbs"], thumbnails)
    return isOpen
      ? .element("h3", [:], .text(title)) + content : .details(.text(title), content)
  }

  /// With the model, where only one saw the images.
  private var title: String {
    grid.predictions.count == 1 ? "\(grid.title): \(grid.predictions[0].model)" : grid.title
  }

  var foolsSomeModel: Bool { grid.images.indices.contains(where: isFooled) }

  private func triples(_ images: [String]) -> (html: HTML, bytes: Int) {
    guard let clean = grid.clean else { return (.empty, 0) }
    // Those that fool a model show more.
    let order = images.indices.filter(isFooled) + images.indices.filter { !isFooled($0) }
    var bytes = 0
    let items = order.prefix(Self.triples).sorted().compactMap { index -> HTML? in
      guard let before = try? clean[index].png(),
        let change = try? grid.images[index].changePNG(from: clean[index])
      else { return nil }
      let sources = [Self.source(before), images[index], Self.source(change)]
      bytes += sources.reduce(0) { $0 + $1.utf8.count }
      let largest = grid.images[index].change(from: clean[index]).reduce(0) {
        max($0, $1.magnitude)
      }
      let size = NumberText.significant(Double(largest), digits: 3)
      let truth = "true \(name(grid.labels[index]))"
      func item(_ source: String, _ alt: String, _ text: HTML, _ kind: String) -> HTML {
        .element("li", ["class": kind], image(source, alt), text)
      }
      return .element(
        "ul", ["class": "triple"],
        item(
          sources[0], words(index, "clean image"),
          line("clean") + line(truth), "plain"),
        item(
          sources[1], words(index, "attacked image"), line("attacked") + predictions(index),
          isFooled(index) ? "fooled" : "right"),
        item(
          sources[2], "image \(index + 1), change: red is brighter, blue is darker",
          line("change") + line("at most \(size)"), "plain"))
    }
    return (.element("div", ["class": "triples"], items), bytes)
  }

  private func isFooled(_ index: Int) -> Bool {
    grid.predictions.contains { $0.classes[index] != grid.labels[index] }
  }

  private func name(_ number: Int) -> String {
    if number < 0 { return "none" }
    return grid.classNames.flatMap { $0.indices.contains(number) ? $0[number] : nil } ?? "\(number)"
  }

  private func said(_ index: Int) -> HTML {
    line("true \(name(grid.labels[index]))") + predictions(index)
  }

  private func predictions(_ index: Int) -> HTML {
    .joined(
      grid.predictions.map { prediction in
        let number = prediction.classes[index]
        let isRight = number == grid.labels[index]
        let text = "\(isRight ? "✓" : "✗") \(name(number)) \(prediction.model)"
        return .element("span", ["class": isRight ? "said right" : "said wrong"], .text(text))
      })
  }

  private func line(_ text: String) -> HTML { .element("span", ["class": "said"], .text(text)) }

  /// What an image shows, for those who do not see it.
  private func words(_ index: Int, _ kind: String) -> String {
    let said = grid.predictions.map { "\($0.model) says \(name($0.classes[index]))" }
    return "\(kind) \(index + 1), true class \(name(grid.labels[index]))"
      + (kind.hasPrefix("clean") ? "" : ", " + said.joined(separator: ", "))
  }

  private func image(_ source: String, _ alt: String) -> HTML {
    let (width, height) = (grid.images[0].width, grid.images[0].height)
    return .void(
      "img", ["src": source, "alt": alt, "width": "\(width)", "height": "\(height)"])
  }

  private static func source(_ png: [UInt8]) -> String {
    "data:image/png;base64," + Data(png).base64EncodedString()
  }
}
