/// What comes out of each layer of a network and how many numbers it has.
package struct LayerShapes: Sendable {
  /// A layer that its input does not fit.
  package struct Problem: Sendable {
    /// The layer's place in the list.
    package var layer: Int
    /// The setting that is too large, where one is.
    package var key: String?
    package var message: String
  }

  /// `nil` behind a layer with a problem.
  package private(set) var outputs: [LayerShape?] = []
  package private(set) var problems: [Problem] = []

  private let images: LayerShape
  private let layers: [LayerSettings]

  package init(_ layers: [LayerSettings], inputShape: [Int]) {
    self.layers = layers
    images = LayerShape(inputShape)
    for index in layers.indices {
      let output = output(index)
      outputs.append(output.flatMap { fits(index, $0) ? $0 : nil })
    }
  }

  /// The most numbers that a layer may give for one image.
  package static let maximumOutput = 1 << 32
  /// The most trained numbers of a layer.
  package static let maximumParameters = 1 << 40

  /// Whether a layer is of a size that a computer may have; reports it where it is not.
  private mutating func fits(_ index: Int, _ output: LayerShape) -> Bool {
    guard output.count <= Self.maximumOutput else {
      report(
        index,
        ShapeProblem("has the output \(output), more than \(Self.maximumOutput) values per image"))
      return false
    }
    guard parameters(of: index).trained <= Self.maximumParameters else {
      report(index, ShapeProblem("has more than \(Self.maximumParameters) parameters"))
      return false
    }
    return true
  }

  /// The shapes that go into a layer; `nil` for one that is not known.
  private func inputs(of index: Int) -> [LayerShape?] {
    layers[index].inputs.map { $0 < 0 ? images : outputs[$0] }
  }

  /// Trained and other numbers of a layer.
  package func parameters(of index: Int) -> (trained: Int, other: Int) {
    guard let input = inputs(of: index)[0] else { return (0, 0) }
    var (trained, other) = (0, 0)
    for weight in layers[index].layer.layer.weights(for: input) {
      if weight.isTrained {
        trained = trained.plusAtMost(weight.count)
      } else {
        other = other.plusAtMost(weight.count)
      }
    }
    return (trained, other)
  }

  private mutating func output(_ index: Int) -> LayerShape? {
    let inputs = inputs(of: index).compactMap { $0 }
    guard inputs.count == layers[index].inputs.count else { return nil }
    do {
      return try layers[index].layer.layer.output(for: inputs)
    } catch {
      report(index, error)
      return nil
    }
  }

  // MARK: Words

  private mutating func report(_ index: Int, _ problem: ShapeProblem) {
    var message = problem.message
    if let other = problem.otherInput {
      let words = [0, other].map { "\(inputName(index, $0)) of \(inputs(of: index)[$0] ?? images)" }
      message = message.replacing("|", with: words.joined(separator: " and "))
    }
    let start = message.hasPrefix(":") ? title(index) : title(index) + " "
    let chain = problem.hasChain ? " (\(chain(to: index)))" : ""
    problems.append(Problem(layer: index, key: problem.key, message: start + message + chain))
  }

  /// `conv2d #3`: the third of its kind; `conv2d "stem"` where it has a name.
  package func title(_ index: Int) -> String {
    let kind = layers[index].layer.word
    if let name = layers[index].name { return "\(kind) `\(name)`" }
    return "\(kind) #\(layers[...index].count { $0.layer.word == kind })"
  }

  private func inputName(_ index: Int, _ number: Int) -> String {
    let input = layers[index].inputs[number]
    return input < 0 ? "the images" : title(input)
  }

  /// The shapes from the images to a layer's first input.
  private func chain(to index: Int) -> String {
    var shapes: [LayerShape] = []
    var place = layers[index].inputs[0]
    while place >= 0, let shape = outputs[place] {
      shapes.append(shape)
      place = layers[place].inputs[0]
    }
    shapes.append(images)
    var words: [String] = []
    for shape in shapes.reversed().map(\.description) where shape != words.last {
      words.append(shape)
    }
    return words.joined(separator: " -> ")
  }
}
