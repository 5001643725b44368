import Settings

/// The step of ``FABAttack``: a mean of two points a little behind the boundary, one nearest to the
/// current image, the other to the clean one.
///
/// - Source: Croce and Hein 2020, arXiv:1907.02044, section 3.2, equations 7 to 9.
final class FABDescent {
  private let attack: FABAttack
  private let model: any AttackedModel
  private let boundaries: NearestBoundaries
  /// `[2, C, H, W]`: from the current image and from the clean one to the boundary.
  private let ways: UnsafeMutableBufferPointer<Float>

  init(_ attack: FABAttack, on model: any AttackedModel) {
    self.attack = attack
    self.model = model
    boundaries = NearestBoundaries(attack.norm, for: model)
    ways = .allocate(capacity: 2 * model.exampleSize)
    ways.initialize(repeating: 0)
  }

  deinit { ways.deallocate() }

  /// Moves the model's images to, or along, the nearest of `count` boundaries.
  func step(
    _ batch: AttackBatch, of count: Int,
    pair: (_ index: Int, _ example: Int, UnsafeBufferPointer<Float>) -> NearestBoundaries.Pair
  ) {
    boundaries.find(batch.examples, on: model, of: count, pair: pair)
    for n in batch.examples {
      move(
        model.images.example(n, size: model.exampleSize), boundary: n,
        clean: batch.images.example(n, size: model.exampleSize))
    }
  }

  private func move(
    _ image: UnsafeMutableBufferPointer<Float>, boundary n: Int,
    clean: UnsafeBufferPointer<Float>
  ) {
    let size = image.count
    let normal = UnsafeBufferPointer(boundaries.normals.example(n, size: size))
    let plane = PlaneProjection(attack.norm, box: attack.box, normal: normal)
    let (near, far) = (ways.example(0, size: size), ways.example(1, size: size))
    let gap = boundaries.gaps[n]
    var cleanGap = gap
    for i in 0..<size {
      cleanGap += Double(normal[i]) * (Double(image[i]) - Double(clean[i]))
    }
    // Not 0, for the quotient.
    let nearLength = max(plane.way(from: UnsafeBufferPointer(image), gap: gap, into: near), 1e-8)
    let farLength = max(plane.way(from: clean, gap: cleanGap, into: far), 1e-8)
    let alpha = min(nearLength / (nearLength + farLength), attack.alphaMax)
    for i in 0..<size {
      let here = Double(image[i]) + attack.eta * Double(near[i])
      let there = Double(clean[i]) + attack.eta * Double(far[i])
      image[i] = Float((1 - alpha) * here + alpha * there)
    }
    attack.norm.clip(image, to: attack.box)
  }
}
