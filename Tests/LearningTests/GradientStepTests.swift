import Engine
import Learning
import Settings
import Testing

/// A model that gives the gradients it is told to, one after the other.
private final class ScriptedModel: AttackedModel {
  let batchSize = 1
  let imageShape: Shape
  let images: UnsafeMutableBufferPointer<Float>
  let labels = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 1)
  private let numbers = UnsafeMutableBufferPointer<Float>.allocate(capacity: 1)
  private let gradient: UnsafeMutableBufferPointer<Float>
  private var script: [[Float]]

  init(_ script: [[Float]]) {
    self.script = script
    imageShape = [1, 1, script[0].count]
    images = .allocate(capacity: script[0].count)
    gradient = .allocate(capacity: script[0].count)
    numbers.initialize(repeating: 0)
    labels.initialize(repeating: 0)
  }

  deinit {
    for buffer in [images, numbers, gradient] { buffer.deallocate() }
    labels.deallocate()
  }

  var losses: UnsafeBufferPointer<Float> { UnsafeBufferPointer(numbers) }
  var logits: UnsafeBufferPointer<Float> { UnsafeBufferPointer(numbers) }
  var imageGradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(gradient) }

  func forward(_ examples: [Int]) {}
  func run(_ examples: [Int]) { _ = gradient.initialize(from: script.removeFirst()) }
  func run(_ examples: [Int], _ weights: LogitWeights) { run(examples) }
  func run(
    _ examples: [Int], functions: Int,
    _ weights: (Int, Int, UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void,
    take: (Int, Int, UnsafeBufferPointer<Float>) -> Void
  ) {}
}

@Suite struct `Steps along gradients` {
  /// Where an attack from `clean` ends that sees these gradients.
  private func end(
    of attack: (PerturbationBall) -> GradientAttack, norm: Norm, clean: [Float], _ script: [[Float]]
  ) -> [Float] {
    let model = ScriptedModel(script)
    let result = attack(PerturbationBall(norm: norm, epsilon: 0.4))
      .images(from: clean, labels: [0], on: model)
    return result
  }

  private func isClose(_ images: [Float], _ expected: [Float]) -> Bool {
    zip(images, expected).allSatisfy { ($0 - $1).magnitude < 1e-6 }
  }

  private func mifgsm(_ ball: PerturbationBall, decay: Float?) -> GradientAttack {
    GradientAttack(
      ball: ball, stepSize: 0.1, steps: 2, randomStart: false, decay: decay, l1Steps: .dense)
  }

  /// Gradients of mean magnitude 2 and 10; divided by it they are (1.5, -0.5) and (-1, -1).
  private let script: [[Float]] = [[3, -1], [-10, -10]]

  @Test(
    arguments: [
      // (1.5 - 1, -0.5 - 1), (0.75 - 1, …).
      (1, [0.7, 0.3]), (0.5, [0.5, 0.3]), (nil, [0.5, 0.3]),
    ] as [(Float?, [Float])])
  func `with momentum follow the sum of gradients that count alike`(
    decay: Float?, expected: [Float]
  ) {
    let images = end(
      of: { mifgsm($0, decay: decay) }, norm: .infinity, clean: [0.5, 0.5], script)
    #expect(isClose(images, expected), "\(images)")
  }

  @Test func `with momentum have their length in l2 and l1`() {
    // (3, -1) / 3.1623, then (0.5, -1.5) / 1.5811; divided by sums of magnitudes (3, -1) / 4 and
    // (0.5, -1.5) / 2.
    let clean: [Float] = [0.5, 0.5]
    let l2 = end(of: { mifgsm($0, decay: 1) }, norm: .l2, clean: clean, script)
    #expect(isClose(l2, [0.5 + 0.094868 + 0.031623, 0.5 - 0.031623 - 0.094868]), "\(l2)")
    let l1 = end(of: { mifgsm($0, decay: 1) }, norm: .l1, clean: clean, script)
    #expect(isClose(l1, [0.5 + 0.075 + 0.025, 0.5 - 0.025 - 0.075]), "\(l1)")
  }

  @Test func `do not move along gradients that are zero or no number`() {
    let images = end(
      of: { mifgsm($0, decay: 1) }, norm: .infinity, clean: [0.5, 0.5], [[0, 0], [.nan, 5]])
    #expect(isClose(images, [0.5, 0.6]), "\(images)")
  }

  /// One sparse step from a gray image of 300 elements: three of them may move.
  private func sparse(
    _ gradient: [Int: Float], scale: Float = 0.3, image: [Int: Float] = [:]
  ) -> [Int: Float] {
    var values = [Float](repeating: 0, count: 300)
    var point = [Float](repeating: 0.5, count: 300)
    for (i, g) in gradient { values[i] = g }
    for (i, value) in image { point[i] = value }
    let before = point
    values.withUnsafeBufferPointer { values in
      point.withUnsafeMutableBufferPointer {
        addSparse(values, times: scale, to: $0, in: 0...1)
      }
    }
    var moved: [Int: Float] = [:]
    for i in point.indices where point[i] != before[i] {
      moved[i] = ((point[i] - before[i]) * 1000).rounded() / 1000
    }
    return moved
  }

  @Test func `in l1 move the hundredth of largest gradients in equal parts`() {
    let gradient: [Int: Float] = [4: 1, 7: -2, 100: 3, 299: 1e-30, 17: 0.5]
    #expect(sparse(gradient) == [4: 0.1, 7: -0.1, 100: 0.1])
    #expect(sparse(gradient, scale: -0.3) == [4: -0.1, 7: 0.1, 100: -0.1])
    // Fewer are left, or more are as large as the last one.
    #expect(sparse([4: 1, 7: -2]) == [4: 0.15, 7: -0.15])
    #expect(sparse([4: 1, 7: -2, 8: 1, 9: 1]) == [4: 0.075, 7: -0.075, 8: 0.075, 9: 0.075])
    #expect(sparse([:]).isEmpty)
    #expect(sparse([4: .nan, 7: -.infinity, 9: -1]) == [9: -0.3])
  }

  @Test func `in l1 pass over elements that would leave the box`() {
    let gradient: [Int: Float] = [4: 1, 7: -2, 100: 3, 17: 0.5, 18: -0.25]
    #expect(sparse(gradient, image: [100: 1, 7: 0]) == [4: 0.1, 17: 0.1, 18: -0.1])
    #expect(sparse(gradient, image: [100: 0, 7: 1]) == [4: 0.1, 7: -0.1, 100: 0.1])
    // Downwards it is the other end.
    #expect(
      sparse(gradient, scale: -0.3, image: [100: 0, 7: 1]) == [4: -0.1, 17: -0.1, 18: 0.1])
  }
}
