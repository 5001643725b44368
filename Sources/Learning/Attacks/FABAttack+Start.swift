import Engine
import Settings

extension FABAttack {
  /// Writes where a run starts: the clean images, or points at half the distance of the closest image
  /// that was found, or of epsilon where that is smaller.
  ///
  /// - Parameter number: Of the run, which names its random numbers.
  func start(
    _ number: Int, isRandom: Bool, _ batch: AttackBatch, _ closest: ClosestImages,
    _ model: any AttackedModel
  ) {
    for n in batch.examples {
      let image = model.images.example(n, size: model.exampleSize)
      _ = image.update(from: batch.images.example(n, size: model.exampleSize))
      guard isRandom else { continue }
      let found = closest.distances[n]
      let largest = epsilon.map { Double($0) } ?? (found.isFinite ? found : usualEpsilon)
      var stream = batch.stream(
        .attack, place: n, restart: number, of: targets == nil ? .fab : .targetedFAB)
      norm.addDirection(length: 0.5 * min(largest, found), to: image, using: &stream)
      norm.clip(image, to: box)
    }
  }

  /// Where there is neither; that of the authors' program.
  private var usualEpsilon: Double {
    switch norm {
    case .infinity: 0.3
    case .l2: 1
    case .l1: 5
    }
  }
}

extension Norm {
  /// Adds a random vector of that length: of uniform numbers in `infinity`, of normal ones in `l2` and
  /// `l1`.
  fileprivate func addDirection(
    length: Double, to point: UnsafeMutableBufferPointer<Float>, using stream: inout RandomStream
  ) {
    func draw(_ stream: inout RandomStream) -> Double {
      Double(self == .infinity ? stream.uniform(in: -1...1) : stream.normal())
    }
    // The stream is a value: the first pass over a copy finds the length, the second one adds.
    var replay = stream
    var sum = 0.0
    for _ in 0..<point.count {
      let sample = draw(&replay)
      switch self {
      case .infinity: sum = max(sum, sample.magnitude)
      case .l2: sum += sample * sample
      case .l1: sum += sample.magnitude
      }
    }
    let drawn = self == .l2 ? sum.squareRoot() : sum
    guard drawn > 0 else { return }
    for i in 0..<point.count { point[i] += Float(length / drawn * draw(&stream)) }
  }
}
