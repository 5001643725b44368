internal import Settings

/// The images of an evaluation under attack, clean and attacked, with what the subject says of both.
///
/// As a file an NPZ archive of NumPy: `clean` and `adversarial`, float32 `[N, C, H, W]`; `labels`,
/// `clean_predictions` and `adversarial_predictions`, int64 `[N]`, -1 where the subject gave no
/// number; `clean_logits` and `adversarial_logits`, float32 `[N, K]`.
package struct KeptImages: Hashable, Sendable {
  /// Channels, height, width of one image.
  package let imageShape: [Int]
  /// `K`.
  package let classes: Int
  /// `[N]`.
  package private(set) var labels: [Int] = []
  /// `[N, C, H, W]`.
  private var clean: [Float] = []
  private var adversarial: [Float] = []
  /// `[N, K]`.
  private var cleanLogits: [Float] = []
  private var adversarialLogits: [Float] = []

  package init(imageShape: [Int], classes: Int) {
    self.imageShape = imageShape
    self.classes = classes
  }

  /// `N`.
  package var count: Int { labels.count }
  private var imageSize: Int { imageShape.reduce(1, *) }

  /// One example.
  package struct Example: Hashable, Sendable {
    package var label: Int
    /// `[C, H, W]`.
    package var clean: [Float]
    package var adversarial: [Float]
    /// `[K]`.
    package var cleanLogits: [Float]
    package var adversarialLogits: [Float]
  }

  /// - Parameter index: In `0..<count`.
  package subscript(index: Int) -> Example {
    func part(_ values: [Float], _ size: Int) -> [Float] {
      Array(values[index * size..<(index + 1) * size])
    }
    return Example(
      label: labels[index], clean: part(clean, imageSize),
      adversarial: part(adversarial, imageSize), cleanLogits: part(cleanLogits, classes),
      adversarialLogits: part(adversarialLogits, classes))
  }

  /// What the subject predicts for the attacked images, -1 where it gave no number.
  package var predictions: [Int] { predictions(adversarialLogits) }

  private func predictions(_ logits: [Float]) -> [Int] {
    logits.withUnsafeBufferPointer { all in
      (0..<count).map { Int(predictedClass(all.example($0, size: classes))) }
    }
  }

  /// Takes examples, of all the same number; images `[N, C, H, W]`, logits `[N, K]`.
  mutating func add(
    labels: some Sequence<Int32>, clean: some Sequence<Float>, adversarial: some Sequence<Float>,
    cleanLogits: some Sequence<Float>, adversarialLogits: some Sequence<Float>
  ) {
    self.labels += labels.map(Int.init)
    self.clean += clean
    self.adversarial += adversarial
    self.cleanLogits += cleanLogits
    self.adversarialLogits += adversarialLogits
    precondition(
      self.clean.count == count * imageSize && self.adversarial.count == count * imageSize
        && self.cleanLogits.count == count * classes
        && self.adversarialLogits.count == count * classes, "not so much of each example")
  }
}

/// Images in parts.
extension KeptImages {
  /// Some examples in a row.
  func part(_ range: Range<Int>) -> KeptImages {
    func cut<Element>(_ values: [Element], _ size: Int) -> ArraySlice<Element> {
      values[range.lowerBound * size..<range.upperBound * size]
    }
    var part = KeptImages(imageShape: imageShape, classes: classes)
    part.labels += cut(labels, 1)
    part.clean += cut(clean, imageSize)
    part.adversarial += cut(adversarial, imageSize)
    part.cleanLogits += cut(cleanLogits, classes)
    part.adversarialLogits += cut(adversarialLogits, classes)
    return part
  }

  /// Takes the examples that come next.
  mutating func append(_ part: KeptImages) {
    precondition(
      part.imageShape == imageShape && part.classes == classes, "images of another model")
    labels += part.labels
    clean += part.clean
    adversarial += part.adversarial
    cleanLogits += part.cleanLogits
    adversarialLogits += part.adversarialLogits
  }
}

/// Images as a file.
extension KeptImages {
  /// The size of a file is at most that, in bytes.
  package static let largestFile = ZipWriter.largestSize

  /// In bytes, for each example; what a file holds beside them is less than 4 KiB.
  package static func size(imageSize: Int, classes: Int) -> Int {
    8 * imageSize + 8 * classes + 3 * 8
  }

  /// - Precondition: It is not larger than ``largestFile``.
  package func encoded() -> [UInt8] {
    let images = [count] + imageShape
    let logits = [count, classes]
    func integers(_ values: [Int]) -> NPYArray {
      NPYArray(values.map(Int64.init), shape: [count])
    }
    var archive = ZipWriter(
      capacity: count * Self.size(imageSize: imageSize, classes: classes) + 4096)
    func add(_ name: String, _ array: NPYArray) { archive.add("\(name).npy", array.file) }
    add("clean", NPYArray(clean, shape: images))
    add("adversarial", NPYArray(adversarial, shape: images))
    add("labels", integers(labels))
    add("clean_predictions", integers(predictions(cleanLogits)))
    add("adversarial_predictions", integers(predictions(adversarialLogits)))
    add("clean_logits", NPYArray(cleanLogits, shape: logits))
    add("adversarial_logits", NPYArray(adversarialLogits, shape: logits))
    return archive.finish()
  }

  /// Reads a file.
  ///
  /// - Parameter origin: The file's name in errors.
  /// - Throws: `DatasetError` where it is damaged, or its arrays do not fit together.
  package init(decoding bytes: [UInt8], origin: String) throws(DatasetError) {
    let archive = try ZipArchive(bytes, origin: origin)
    func fail(_ name: String) -> DatasetError {
      DatasetError(.malformed, "`\(name)` has another type or shape than it should", origin: origin)
    }
    let images = try archive.array("clean", origin: origin)
    let logits = try archive.array("clean_logits", origin: origin)
    guard images.shape.count == 4 else { throw fail("clean") }
    guard logits.shape.count == 2 else { throw fail("clean_logits") }
    self.init(imageShape: Array(images.shape.dropFirst()), classes: logits.shape[1])
    let count = images.shape[0]
    func floats(_ name: String, _ shape: [Int]) throws(DatasetError) -> [Float] {
      let array = try archive.array(name, origin: origin)
      guard array.shape == shape, let values = array.floats else { throw fail(name) }
      return values
    }
    func integers(_ name: String) throws(DatasetError) -> [Int] {
      let array = try archive.array(name, origin: origin)
      guard array.shape == [count], let values = array.integers else { throw fail(name) }
      return values.map(Int.init)
    }
    labels = try integers("labels")
    clean = try floats("clean", images.shape)
    adversarial = try floats("adversarial", images.shape)
    cleanLogits = try floats("clean_logits", [count, classes])
    adversarialLogits = try floats("adversarial_logits", [count, classes])
    guard try integers("clean_predictions") == predictions(cleanLogits) else {
      throw fail("clean_predictions")
    }
    guard try integers("adversarial_predictions") == predictions else {
      throw fail("adversarial_predictions")
    }
  }
}
