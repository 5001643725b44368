import Settings

/// For each example the boundary between two classes that would be nearest if the model were linear:
/// the hyperplane on which the difference of their logits is 0.
///
/// - Source: Moosavi-Dezfooli et al. 2016, arXiv:1511.04599, section 3.
final class NearestBoundaries {
  let norm: Norm
  /// `[N, C, H, W]`: gradients of the differences; zeros where there is no boundary.
  let normals: UnsafeMutableBufferPointer<Float>
  /// `[N]`: by what the difference must rise to 0; negative behind the boundary.
  private(set) var gaps: [Double]
  /// `[N]`: how far the boundary is; infinite where there is none.
  private(set) var distances: [Double]
  /// `[N]`: the gap of the boundary whose gradient comes next.
  private var pending: [Float]

  init(_ norm: Norm, for model: any AttackedModel) {
    self.norm = norm
    normals = .allocate(capacity: model.images.count)
    normals.initialize(repeating: 0)
    gaps = Array(repeating: 0, count: model.batchSize)
    distances = Array(repeating: .infinity, count: model.batchSize)
    pending = Array(repeating: 0, count: model.batchSize)
  }

  deinit { normals.deallocate() }

  /// Two classes: the difference is the logit of the first minus that of the second.
  typealias Pair = (rising: Int, falling: Int)

  /// Runs the model on its images.
  ///
  /// - Parameters:
  ///   - count: How many boundaries an example has.
  ///   - pair: The classes of one of them, given the logits.
  func find(
    _ examples: [Int], on model: any AttackedModel, of count: Int,
    pair: (_ index: Int, _ example: Int, UnsafeBufferPointer<Float>) -> Pair
  ) {
    for n in examples {
      gaps[n] = 0
      distances[n] = .infinity
      normals.example(n, size: model.exampleSize).update(repeating: 0)
    }
    func write(
      _ index: Int, _ n: Int, _ logits: UnsafeBufferPointer<Float>,
      _ weights: UnsafeMutableBufferPointer<Float>
    ) {
      let (rising, falling) = pair(index, n, logits)
      pending[n] = logits[falling] - logits[rising]
      weights.update(repeating: 0)
      weights[rising] += 1
      weights[falling] -= 1
    }
    guard count == 1 else {
      model.run(examples, functions: count, write) { _, n, gradient in
        keep(gradient, gap: Double(pending[n]), of: n)
      }
      return
    }
    model.run(examples) { write(0, $0, $1, $2) }
    for n in examples {
      let gradient = model.imageGradient.example(n, size: model.exampleSize)
      keep(gradient, gap: Double(pending[n]), of: n)
    }
  }

  private func keep(_ gradient: UnsafeBufferPointer<Float>, gap: Double, of n: Int) {
    let distance = gap.magnitude / norm.dualLength(gradient)
    // Also not where the gradient is 0 and so is the gap.
    guard distance < distances[n] else { return }
    distances[n] = distance
    gaps[n] = gap
    let normal = normals.example(n, size: gradient.count)
    for i in 0..<gradient.count { normal[i] = gradient[i].isFinite ? gradient[i] : 0 }
  }
}

extension Norm {
  /// By how much the product with a vector of length 1 can rise: the length of the gradient in the
  /// norm's dual. Elements that are not numbers count as 0.
  func dualLength(_ gradient: UnsafeBufferPointer<Float>) -> Double {
    var sum = 0.0
    switch self {
    case .infinity: for g in gradient where g.isFinite { sum += Double(g.magnitude) }
    case .l2: for g in gradient where g.isFinite { sum += Double(g) * Double(g) }
    case .l1: for g in gradient where g.isFinite { sum = max(sum, Double(g.magnitude)) }
    }
    return self == .l2 ? sum.squareRoot() : sum
  }
}
