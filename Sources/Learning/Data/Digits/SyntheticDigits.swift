import Engine

/// The dataset `synthetic-digits`: handwritten-looking digits that the program draws.
///
/// An example is a pure function of (revision, split, index), so that the first examples of a
/// large set are those of a small one. The arithmetic is IEEE 754's `+ - * /` and square root
/// alone, without a library's sines and logarithms: all machines draw the same bytes.
package enum SyntheticDigits {
  /// Enters the data's digest; goes up whenever a single byte of any picture changes.
  package static let revision = 1

  /// Height and width of a picture.
  package static let side = 28

  /// The most examples there are, as in MNIST.
  package static let trainCount = 60_000
  package static let testCount = 10_000

  /// Which examples: a test picture never is a train picture.
  package enum Split: Int, Sendable {
    case train = 0
    case test = 1
  }

  /// The label of one example, in `0...9`; each ten neighbors hold each digit once.
  package static func label(_ split: Split, _ index: Int) -> UInt8 {
    var random = RandomStream(
      seed: revision, purpose: .synthetic, epoch: split.rawValue, example: index / 10, draw: 0)
    var digits = SIMD16<UInt8>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0)
    for last in stride(from: 9, to: 0, by: -1) {
      let other = random.integer(below: last + 1)
      (digits[last], digits[other]) = (digits[other], digits[last])
    }
    return digits[index % 10]
  }

  /// Draws the examples `0..<count` of a split.
  ///
  /// - Parameter progress: Told how many are drawn, now and then.
  /// - Returns: The pictures, `[count, 28, 28]`, 0 paper and 255 ink, and their labels, `[count]`.
  package static func draw(
    _ split: Split, count: Int, progress: (Int) -> Void = { _ in }
  ) -> (images: [UInt8], labels: [UInt8]) {
    let labels = (0..<count).map { label(split, $0) }
    var canvas = DigitCanvas()
    let size = side * side
    let images = [UInt8](unsafeUninitializedCapacity: count * size) { buffer, initialized in
      for index in 0..<count {
        var random = RandomStream(
          seed: revision, purpose: .synthetic, epoch: split.rawValue, example: index, draw: 1)
        canvas.draw(Int(labels[index]), with: &random)
        canvas.develop(
          into: UnsafeMutableBufferPointer(rebasing: buffer[index * size..<(index + 1) * size]),
          noise: &random)
        if index % 1000 == 999 { progress(index + 1) }
      }
      initialized = count * size
    }
    return (images, labels)
  }
}
