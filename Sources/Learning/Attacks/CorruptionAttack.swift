internal import Engine
package import Settings

/// A change of images that looks at no model.
protocol Corruption: Sendable {
  /// Writes the changed image.
  ///
  /// - Parameters:
  ///   - clean: `[C, H, W]`, each element in `0...1`.
  ///   - plane: Where its pixels are.
  ///   - stream: The example's random numbers, the same for every severity.
  func write(
    _ clean: UnsafeBufferPointer<Float>, _ plane: ImagePlane,
    into image: UnsafeMutableBufferPointer<Float>, _ stream: inout RandomStream)
}

/// Images under a corruption: the same ones for every model.
package struct CorruptionAttack: Attack {
  let corruption: any Corruption
  package let box: ClosedRange<Float>

  init(_ corruption: any Corruption, box: ClosedRange<Float>) {
    self.corruption = corruption
    self.box = box
  }

  /// What outcomes have as the distance; nothing is limited by it.
  package var norm: Norm { .infinity }
  package var wantsGradients: Bool { false }

  package func run(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) {
    let batch = begin(batch, on: model, into: adversarial)
    let (plane, size) = (ImagePlane(model.imageShape), model.exampleSize)
    for n in batch.examples {
      let image = adversarial.example(n, size: size)
      var stream = batch.stream(.noise, place: n, restart: 0)
      corruption.write(batch.images.example(n, size: size), plane, into: image, &stream)
      for i in image.indices { image[i] = min(max(image[i], box.lowerBound), box.upperBound) }
    }
  }

  package func verify(
    _ image: UnsafeBufferPointer<Float>, clean: UnsafeBufferPointer<Float>, example: Int
  ) throws(VerificationError) {
    try verifyElements(image, in: box, example: example)
  }
}
