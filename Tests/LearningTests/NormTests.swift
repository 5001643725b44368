import Engine
import Learning
import Settings
import Testing

@Suite struct NormTests {
  /// What a norm adds to a point of zeros.
  private func added(
    _ count: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> [Float] {
    var point = [Float](repeating: 0, count: count)
    point.withUnsafeMutableBufferPointer { body($0) }
    return point
  }

  private func maximizer(_ norm: Norm, _ gradient: [Float]) -> [Float] {
    added(gradient.count) { point in
      gradient.withUnsafeBufferPointer { norm.addMaximizer(of: $0, times: 2, to: point) }
    }
  }

  private func normalized(_ norm: Norm, _ gradient: [Float]) -> [Float] {
    added(gradient.count) { point in
      gradient.withUnsafeBufferPointer { norm.addNormalized($0, times: 2, to: point) }
    }
  }

  private func projected(
    _ norm: Norm, _ point: [Float], _ center: [Float], _ radius: Float, _ box: ClosedRange<Float>?
  ) -> [Float] {
    var result = point
    result.withUnsafeMutableBufferPointer { point in
      center.withUnsafeBufferPointer {
        norm.project(point, center: $0, radius: radius, box: box)
      }
    }
    return result
  }

  private func distance(_ norm: Norm, _ a: [Float], _ b: [Float]) -> Double {
    a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { norm.distance(a, $0) } }
  }

  @Test func `takes the steepest direction of length 1`() {
    #expect(maximizer(.infinity, [3, -4, 0]) == [2, -2, 0])
    #expect(largestDifference(maximizer(.l2, [3, -4, 0]), [1.2, -1.6, 0]) < 1e-6)
    #expect(maximizer(.l1, [3, -4, 4, 0]) == [0, -1, 1, 0])
    #expect(maximizer(.l1, [0, 0]) == [0, 0])
    #expect(maximizer(.l2, [0, 0]) == [0, 0])
    // Below 1e-6 NSL's direction gets shorter, an attack's does not.
    #expect(largestDifference(maximizer(.l2, [1e-7, 0]), [0.2, 0]) < 1e-6)
    #expect(largestDifference(normalized(.l2, [1e-30, 0]), [2, 0]) < 1e-6)
    #expect(largestDifference(normalized(.l1, [3, -1, 0]), [1.5, -0.5, 0]) < 1e-6)
    #expect(normalized(.infinity, [3, -1e-30, 0]) == [2, -2, 0])
  }

  @Test(arguments: Norm.allCases)
  func `leaves a point where the gradient is zero or not a number`(norm: Norm) {
    #expect(normalized(norm, [0, .nan]) == [0, 0])
    if norm != .infinity { #expect(normalized(norm, [1, .infinity]) == [2, 0]) }
  }

  @Test func `measures distances`() {
    #expect(distance(.infinity, [1, 5], [1, 2]) == 3)
    #expect(distance(.l2, [4, 5], [1, 1]) == 5)
    #expect(distance(.l1, [4, 5], [1, 1]) == 7)
    for norm in Norm.allCases { #expect(distance(norm, [.nan, 1], [0, 0]).isNaN) }
  }

  @Test(arguments: Norm.allCases, [nil, 0...1] as [ClosedRange<Float>?])
  func `projects into ball and box and leaves what is inside`(
    norm: Norm, box: ClosedRange<Float>?
  ) {
    for seed in 0..<50 {
      var random = RandomStream(seed: seed, purpose: .noise)
      let count = 1 + random.integer(below: 100)
      let center = (0..<count).map { _ in
        random.integer(below: 3) == 0 ? Float(random.integer(below: 2)) : random.uniform()
      }
      let radius = random.uniform() * (norm == .infinity ? 1 : 5)
      let point = center.map { $0 + random.normal() }
      let result = projected(norm, point, center, radius, box)
      #expect(distance(norm, result, center) <= Double(radius) + 1e-7, "seed \(seed)")
      if let box { #expect(result.allSatisfy { box.contains($0) }, "seed \(seed)") }
      #expect(
        largestDifference(projected(norm, result, center, radius, box), result) < 1e-6,
        "seed \(seed)")
      #expect(projected(norm, center, center, radius, box) == center, "seed \(seed)")
      #expect(projected(norm, point, center, 0, box) == center, "seed \(seed)")
    }
  }

  @Test func `projects onto the L1 ball as Duchi's sorting algorithm does`() {
    for seed in 0..<50 {
      var random = RandomStream(seed: seed, purpose: .noise)
      let point = (0..<40).map { _ in random.normal() }
      let radius = 0.1 + 8 * random.uniform()
      let sorted = point.map { Double($0.magnitude) }.sorted(by: >)
      var sum = 0.0
      var threshold = 0.0
      for (i, value) in sorted.enumerated() {
        sum += value
        let candidate = (sum - Double(radius)) / Double(i + 1)
        if value > candidate { threshold = candidate }
      }
      let expected = point.map { value in
        let size = Float(max(0, Double(value.magnitude) - max(0, threshold)))
        return value < 0 ? -size : size
      }
      let zeros = [Float](repeating: 0, count: 40)
      #expect(
        largestDifference(projected(.l1, point, zeros, radius, nil), expected) < 1e-6,
        "seed \(seed)")
    }
  }

  @Test func `finds the nearest point of L1 ball and box`() {
    // The first element may move by 0.1 only; the others share the rest of the ball.
    let result = projected(.l1, [1.9, 0.9, 0.8], [0.9, 0.1, 0.1], 0.6, 0...1)
    #expect(largestDifference(result, [1, 0.4, 0.3]) < 1e-6)
    for seed in 0..<20 {
      var random = RandomStream(seed: seed, purpose: .noise)
      let center = (0..<6).map { _ in random.uniform() }
      let point = center.map { $0 + random.normal() }
      let nearest = projected(.l1, point, center, 0.7, 0...1)
      let best = distance(.l2, nearest, point)
      for _ in 0..<200 {
        // Any other feasible point is farther away.
        let other = projected(.l1, nearest.map { $0 + 0.2 * random.normal() }, center, 0.7, 0...1)
        #expect(distance(.l2, other, point) >= best - 1e-6, "seed \(seed)")
      }
    }
  }

  @Test(arguments: Norm.allCases)
  func `draws random starts uniformly from the ball`(norm: Norm) {
    // In d dimensions the distance from the center has the distribution function r^d.
    let (dimensions, draws) = (3, 4000)
    let zeros = [Float](repeating: 0, count: dimensions)
    var mean = 0.0
    var center = zeros
    for draw in 0..<draws {
      var stream = RandomStream(seed: 5, purpose: .perturbation, draw: draw)
      let point = added(dimensions) { norm.addRandomStart(radius: 2, to: $0, using: &stream) }
      let length = distance(norm, point, zeros)
      #expect(length <= 2 + 1e-6)
      mean += length / 2 / Double(draws)
      for i in 0..<dimensions { center[i] += point[i] / Float(draws) }
    }
    #expect((mean - 0.75).magnitude < 0.02)
    #expect(largestDifference(center, zeros) < 0.06)
  }
}
