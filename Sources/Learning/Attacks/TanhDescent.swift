import CFunctions

/// Adam over images of a box, written as `middle + half tanh(w) / tanh(limit)` with w in
/// `-limit...limit`: no step leaves the box, and pixels at its ends move, too. Without a limit they
/// would be at an infinite w.
///
/// - Source: Carlini and Wagner 2017, arXiv:1608.04644, section V.B, "change of variables"; Kingma and
///   Ba 2015, arXiv:1412.6980, algorithm 1.
final class TanhDescent {
  /// The larger it is, the slower pixels leave the box's ends: with 200 steps of 0.01 perturbations of
  /// the tutorial's networks are 1 to 3 % longer at 2.3, 4 to 12 % at 3.8.
  static let limit: Float = 1

  private let size: Int
  private let box: ClosedRange<Float>
  private let learningRate: Float
  /// w and Adam's moments, each `[N, C, H, W]`.
  private let places: UnsafeMutableBufferPointer<Float>
  private let means: UnsafeMutableBufferPointer<Float>
  private let squares: UnsafeMutableBufferPointer<Float>
  /// Steps that each example has taken.
  private var steps: [Int]

  init(count: Int, exampleSize: Int, box: ClosedRange<Float>, learningRate: Float) {
    size = exampleSize
    self.box = box
    self.learningRate = learningRate
    places = .allocate(capacity: count)
    means = .allocate(capacity: count)
    squares = .allocate(capacity: count)
    for buffer in [places, means, squares] { buffer.initialize(repeating: 0) }
    steps = Array(repeating: 0, count: count / exampleSize)
  }

  deinit {
    for buffer in [places, means, squares] { buffer.deallocate() }
  }

  private var middle: Float { (box.lowerBound + box.upperBound) / 2 }
  private var half: Float { (box.upperBound - box.lowerBound) / 2 }

  /// Puts one example at an image, without momentum.
  func start(_ n: Int, at image: UnsafeBufferPointer<Float>) {
    let place = places.example(n, size: size)
    let scale = nsl_tanhf(Self.limit)
    for i in 0..<size {
      let value = nsl_atanhf((image[i] - middle) / half * scale)
      place[i] = min(max(value, -Self.limit), Self.limit)
    }
    means.example(n, size: size).update(repeating: 0)
    squares.example(n, size: size).update(repeating: 0)
    steps[n] = 0
  }

  /// Takes a step down `‖image - clean‖₂²` and what `gradient` is of.
  ///
  /// - Parameters:
  ///   - gradient: At the image; elements that are not numbers count as 0.
  ///   - image: Where it is; then where it has come to.
  func step(
    _ n: Int, gradient: UnsafeBufferPointer<Float>, clean: UnsafeBufferPointer<Float>,
    into image: UnsafeMutableBufferPointer<Float>
  ) {
    steps[n] += 1
    let count = Float(steps[n])
    let (decay, squareDecay): (Float, Float) = (0.9, 0.999)
    let rate = learningRate / (1 - nsl_powf(decay, count))
    let correction = 1 / (1 - nsl_powf(squareDecay, count))
    let (place, mean) = (places.example(n, size: size), means.example(n, size: size))
    let square = squares.example(n, size: size)
    let scale = nsl_tanhf(Self.limit)
    let factor = half / scale
    for i in 0..<size {
      let all = 2 * (image[i] - clean[i]) + (gradient[i].isFinite ? gradient[i] : 0)
      let slope = (image[i] - middle) / factor
      let change = all * factor * (1 - slope * slope)
      mean[i] = decay * mean[i] + (1 - decay) * change
      square[i] = squareDecay * square[i] + (1 - squareDecay) * change * change
      let moved = place[i] - rate * mean[i] / ((square[i] * correction).squareRoot() + 1e-8)
      place[i] = min(max(moved, -Self.limit), Self.limit)
    }
    for i in 0..<size {
      let value = middle + factor * nsl_tanhf(place[i])
      image[i] = min(max(value, box.lowerBound), box.upperBound)
    }
  }
}
