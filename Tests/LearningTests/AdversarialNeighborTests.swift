import Engine
import Learning
import Settings
import Testing

@Suite struct AdversarialNeighborTests {
  /// Neighbors of a batch for a loss whose gradient at the images is given.
  private func neighbors(
    of clean: [Float], _ configuration: NSL, imageShape: Shape,
    gradient: @escaping ([Float]) -> [Float]
  ) throws -> [Float] {
    let generator = try AdversarialNeighborGenerator(configuration, imageShape: imageShape)
    var result = clean
    var current = clean
    let gradients = UnsafeMutableBufferPointer<Float>.allocate(capacity: clean.count)
    defer { gradients.deallocate() }
    result.withUnsafeMutableBufferPointer { neighbors in
      clean.withUnsafeBufferPointer { clean in
        generator.generate(from: clean, into: neighbors) {
          RandomStream(seed: 3, purpose: .perturbation, example: $0)
        } lossGradient: { _ in
          current = Array(neighbors)
          _ = gradients.initialize(from: gradient(current))
          return UnsafeBufferPointer(gradients)
        }
      }
    }
    return result
  }

  @Test func `matches every perturbation made with the reference`() throws {
    let golden = try GoldenFile.loaded.get()
    #expect(golden.neighbors.count == 28)
    for (index, vector) in golden.neighbors.enumerated() {
      let configuration = neighborSettings(
        featureMask: vector.feature_mask.map {
          FeatureMask(shape: $0.shape, values: $0.data.map(Double.init))
        },
        stepSize: vector.adv_step_size, gradientNorm: vector.adv_grad_norm,
        clipMin: vector.clip?[0], clipMax: vector.clip?[1],
        pgdIterations: vector.pgd_iterations ?? 1, pgdEpsilon: vector.pgd_epsilon)
      let g = vector.g.imagesInOurOrder
      let w = vector.w?.imagesInOurOrder ?? [Float](repeating: 0, count: g.count)
      let result = try neighbors(
        of: vector.x.imagesInOurOrder, configuration, imageShape: [2, 5, 5]
      ) { x in x.indices.map { 2 * w[$0] * x[$0] + g[$0] } }
      #expect(
        largestDifference(result, vector.perturbed.imagesInOurOrder) < 1e-6, "neighbor \(index)")
    }
  }

  @Test(
    arguments: [
      (1, nil, [-0.94, 1.08]), (2, nil, [-0.88, 1.16]), (2, 0.15, [-0.91, 1.12]),
    ] as [(Int, Double?, [Float])])
  func `matches the reference's own tests`(
    iterations: Int, epsilon: Double?, expected: [Float]
  ) throws {
    // loss = (x w)^2 with x = [-1, 1], w = [3, 4].
    let result = try neighbors(
      of: [-1, 1],
      neighborSettings(
        stepSize: 0.1, gradientNorm: .l2, pgdIterations: iterations, pgdEpsilon: epsilon),
      imageShape: [1, 1, 2]
    ) { x in
      let product = 3 * x[0] + 4 * x[1]
      return [6 * product, 8 * product]
    }
    #expect(largestDifference(result, expected) < 1e-6)
  }

  @Test func `treats gradient elements that are not finite as zeros`() throws {
    for norm in Norm.allCases {
      let result = try neighbors(
        of: [0, 0, 0, 0], neighborSettings(stepSize: 1, gradientNorm: norm),
        imageShape: [1, 2, 2]
      ) { _ in [.nan, .infinity, -.infinity, 5] }
      #expect(largestDifference(result, [0, 0, 0, 1]) < 1e-6)
    }
  }

  @Test func `broadcasts masks from the last dimension, which is the channel`() throws {
    let configuration = neighborSettings(
      featureMask: FeatureMask(shape: [2], values: [0, 1]), stepSize: 1, gradientNorm: .infinity)
    let perChannel = try neighbors(of: [0, 0, 0, 0], configuration, imageShape: [2, 1, 2]) { _ in
      [1, 1, 1, 1]
    }
    #expect(perChannel == [0, 0, 1, 1])
    var perColumn = configuration
    perColumn.featureMask = FeatureMask(shape: [2, 1], values: [0, 1])
    #expect(
      try neighbors(of: [0, 0, 0, 0], perColumn, imageShape: [2, 1, 2]) { _ in [1, 1, 1, 1] }
        == [0, 1, 0, 1])
  }

  @Test(arguments: Norm.allCases, [nil, 0.3] as [Double?])
  func `starts at random inside the ball and clips`(norm: Norm, epsilon: Double?) throws {
    guard norm != .l1 || epsilon == nil else { return }
    let clean: [Float] = [0, 0.5, 1, 0.2, 0.9, 0.1, 0.7, 0.4]
    let configuration = neighborSettings(
      stepSize: 0.2, gradientNorm: norm, clipMin: 0, clipMax: 1, pgdEpsilon: epsilon,
      randomInit: true)
    let result = try neighbors(of: clean, configuration, imageShape: [1, 2, 2]) { _ in
      [Float](repeating: 0, count: 8)
    }
    #expect(result != clean)
    #expect(result.allSatisfy { 0 <= $0 && $0 <= 1 })
    for n in 0..<2 {
      let moved = Array(result[n * 4..<n * 4 + 4])
      let distance = moved.withUnsafeBufferPointer { moved in
        Array(clean[n * 4..<n * 4 + 4]).withUnsafeBufferPointer { norm.distance(moved, $0) }
      }
      #expect(distance <= Double(epsilon ?? 0.2) + 1e-6)
    }
  }

  @Test func `refuses what the reference refuses, and masks that do not fit`() {
    func message(_ configuration: NSL) -> String {
      do {
        _ = try AdversarialNeighborGenerator(configuration, imageShape: [1, 4, 4])
        return "accepted"
      } catch {
        return error.message
      }
    }
    #expect(
      message(neighborSettings(gradientNorm: .l1, pgdEpsilon: 1))
        == "adv_grad_norm l1 cannot be used with pgd_epsilon: "
        + "NSL projects onto infinity and l2 balls only")
    #expect(
      message(
        neighborSettings(
          featureMask: FeatureMask(shape: [3, 1], values: [0, 1, 1])))
        == "feature_mask of shape [3, 1] does not broadcast to images [4, 4, 1]")
    #expect(
      message(
        neighborSettings(featureMask: FeatureMask(shape: [1], values: [2])))
        == "feature_mask has values outside of 0...1")
    #expect(
      message(
        neighborSettings(featureMask: FeatureMask(shape: [4, 1], values: [1])))
        == "feature_mask of shape [4, 1] has 1 values")
  }
}
