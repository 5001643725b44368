import Engine
import Settings

/// The bits of numbers, in little-endian order.
struct SelfTestBits {
  var bytes: [UInt8] = []

  mutating func add(_ values: UnsafeBufferPointer<Float>) {
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }

  mutating func add(_ values: [Double]) {
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }
}

/// Random images, half of whose elements are zero, and labels in turn.
struct SelfTestImages: ExampleSource {
  /// `[N, C, H, W]`.
  private let images: [Float]
  private let size: Int
  private let classes: Int
  let count: Int

  init(_ architecture: Architecture, count: Int, first: Int = 0) {
    size = architecture.inputShape.reduce(1, *)
    classes = architecture.classes
    self.count = count
    let size = size
    images = (first..<first + count).flatMap { example in
      var stream = RandomStream(seed: 20, purpose: .synthetic, example: example)
      return (0..<size).map { _ in
        let (chance, value) = (stream.uniform(), stream.uniform())
        return chance < 0.5 ? 0 : value
      }
    }
  }

  @discardableResult func fill(
    images: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>,
    indices: some Sequence<Int>
  ) -> Int {
    var filled = 0
    for index in indices {
      for i in 0..<size { images[filled * size + i] = self.images[index * size + i] }
      labels[filled] = Int32(index % classes)
      filled += 1
    }
    return filled
  }
}
