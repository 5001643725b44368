import Engine

/// Some examples of a source, in their own order.
package struct ExampleSelection: ExampleSource {
  private let source: any ExampleSource
  private let positions: [Int]

  package init(_ source: any ExampleSource, _ positions: [Int]) {
    precondition(positions.allSatisfy { $0 >= 0 && $0 < source.count }, "not in the source")
    self.source = source
    self.positions = positions
  }

  package var count: Int { positions.count }

  @discardableResult
  package func fill(
    images: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>,
    indices: some Sequence<Int>
  ) -> Int {
    source.fill(images: images, labels: labels, indices: indices.lazy.map { positions[$0] })
  }
}

/// The examples to train on, and those that are kept for validation.
package struct ValidationSplit {
  package let training: any ExampleSource
  package let validation: any ExampleSource
  /// What a person should know of it.
  package let warning: String?

  /// - Parameters:
  ///   - share: Of the examples that are kept for validation.
  ///   - seed: `nil` keeps the last ones. With a seed the same is done with each class, whose
  ///     examples are shuffled before; of each class one at least is trained on.
  /// - Throws: `LearningError` where one of the two would be empty.
  package init(
    _ data: Dataset.Split, share: Double, shuffledBy seed: Int?
  ) throws(LearningError) {
    guard let seed else {
      (training, validation) = try ExampleRange.split(data, validation: share)
      warning = Self.warning(data.classes, count: data.count, share: share)
      return
    }
    var classes: [Int32: [Int]] = [:]
    for index in 0..<data.count { classes[data.label(index), default: []].append(index) }
    var (trained, kept): ([Int], [Int]) = ([], [])
    for (label, examples) in classes {
      var examples = examples
      var random = RandomStream(seed: seed, purpose: .validation, example: Int(label))
      for last in stride(from: examples.count - 1, to: 0, by: -1) {
        examples.swapAt(last, random.integer(below: last + 1))
      }
      let count = max(1, ExampleRange.trainingCount(of: examples.count, validation: share))
      trained += examples[..<count]
      kept += examples[count...]
    }
    guard !kept.isEmpty else {
      throw LearningError(
        .emptySplit, "a validation split of \(share) leaves no example of any class to validate on")
    }
    training = ExampleSelection(data, trained.sorted())
    validation = ExampleSelection(data, kept.sorted())
    warning = nil
  }

  /// Why keeping the last of the first `count` examples is not what was meant: classes that are
  /// only among them.
  package static func warning(
    _ classes: ClassPositions, count: Int, share: Double
  ) -> String? {
    let trained = ExampleRange.trainingCount(of: count, validation: share)
    let missing = classes.beginning(in: trained..<max(trained, count))
    guard !missing.isEmpty, trained > 0 else { return nil }
    let names =
      missing.prefix(8).map(String.init).joined(separator: ", ")
      + (missing.count > 8 ? " and \(missing.count - 8) more" : "")
    return "no example of class \(names) is trained on: `validation_split` \(share) keeps the last "
      + "\(count - trained) of \(count) training examples, and these seem to be sorted; "
      + "`validation_shuffle: true` keeps that share of each class instead"
  }
}
