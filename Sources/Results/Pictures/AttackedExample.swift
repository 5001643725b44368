/// One example before and after an attack, with what a model says of both.
package struct AttackedExample: Hashable, Sendable {
  package let model: String
  package let clean: GridImage
  /// Of the same shape.
  package let adversarial: GridImage
  /// The true class.
  package let label: Int
  /// One per class.
  package let cleanLogits: [Float]
  package let adversarialLogits: [Float]
  /// What classes are called, the first one first; `nil` for their numbers.
  package let classNames: [String]?

  package init(
    model: String, clean: GridImage, adversarial: GridImage, label: Int, cleanLogits: [Float],
    adversarialLogits: [Float], classNames: [String]? = nil
  ) {
    precondition(
      clean.height == adversarial.height && clean.width == adversarial.width
        && clean.channels == adversarial.channels, "images of different shapes")
    precondition(
      !cleanLogits.isEmpty && cleanLogits.count == adversarialLogits.count,
      "logits of different classes")
    self.model = model
    self.clean = clean
    self.adversarial = adversarial
    self.label = label
    self.cleanLogits = cleanLogits
    self.adversarialLogits = adversarialLogits
    self.classNames = classNames
  }

  /// The class of the largest logit, the first of equals; -1 where one is not a number.
  package var cleanPrediction: Int { Self.prediction(cleanLogits) }
  package var adversarialPrediction: Int { Self.prediction(adversarialLogits) }

  private static func prediction(_ logits: [Float]) -> Int {
    guard !logits.contains(where: \.isNaN), let largest = logits.max() else { return -1 }
    return logits.firstIndex(of: largest) ?? -1
  }

  /// What the true class is called.
  package var trueName: String { name(ofClass: label) }

  func name(ofClass number: Int) -> String {
    if number < 0 { return "none" }
    return classNames.flatMap { $0.indices.contains(number) ? $0[number] : nil } ?? "\(number)"
  }

  /// `adversarial - clean` of each pixel, `[height, width]`; of coloured images that of the channel
  /// that changes most.
  package var change: [Float] { adversarial.change(from: clean) }

  /// The largest absolute change of a pixel, in pixel units.
  package var linf: Float { change.reduce(0) { max($0, $1.magnitude) } }

  /// The Euclidean length of the change, in pixel units.
  package var l2: Double {
    zip(adversarial.values, clean.values).reduce(0.0) { sum, pair in
      let change = Double(pair.0) - Double(pair.1)
      return sum + change * change
    }.squareRoot()
  }

  /// `linf 0.2, l2 3.41`.
  var lengths: String {
    "linf \(NumberText.significant(Double(linf), digits: 3)), "
      + "l2 \(NumberText.significant(l2, digits: 3))"
  }

  /// More classes are not shown one by one.
  private static let mostClasses = 10

  /// The classes whose logits are shown, in their order: the true one, both predictions, and those
  /// of the largest logits.
  package var shownClasses: [Int] {
    let all = Array(cleanLogits.indices)
    guard all.count > Self.mostClasses else { return all }
    let always = Set([label, cleanPrediction, adversarialPrediction].filter(all.contains))
    func rank(_ number: Int) -> (Int, Float, Int) {
      (
        always.contains(number) ? 0 : 1, -max(cleanLogits[number], adversarialLogits[number]),
        number
      )
    }
    // What is not a number comes last.
    let order = all.sorted { a, b in
      let (x, y) = (rank(a), rank(b))
      if x.0 != y.0 { return x.0 < y.0 }
      if x.1.isNaN || y.1.isNaN { return x.1.isNaN == y.1.isNaN ? a < b : y.1.isNaN }
      return x < y
    }
    return order.prefix(Self.mostClasses).sorted()
  }

  /// The smallest and the largest of the shown logits, with 0 between them.
  var logitRange: ClosedRange<Float> {
    let shown = shownClasses.flatMap { [cleanLogits[$0], adversarialLogits[$0]] }
      .filter(\.isFinite)
    return min(0, shown.min() ?? 0)...max(0, shown.max() ?? 0)
  }
}
