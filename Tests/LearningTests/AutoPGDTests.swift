import Engine
import Learning
import Settings
import Testing

@Suite struct `Auto-PGD` {
  private static let losses: [(name: String, loss: LogitLoss)] = [
    ("cross-entropy", .crossEntropy), ("cross-entropy of the target", .targetedCrossEntropy),
    ("ratio", .logitRatio), ("ratio of the target", .targetedLogitRatio),
  ]

  private func value(
    _ loss: LogitLoss, _ logits: [Float], label: Int32 = 0, target: Int32 = 1
  ) -> (value: Double, gradient: [Float]) {
    var gradient = [Float](repeating: 7, count: logits.count)
    let value = logits.withUnsafeBufferPointer { logits in
      gradient.withUnsafeMutableBufferPointer {
        loss(logits, label: label, target: target, gradient: $0)
      }
    }
    return (value, gradient)
  }

  @Test(arguments: 0..<4)
  func `has losses whose gradients are those of central differences`(index: Int) {
    let (name, loss) = Self.losses[index]
    var stream = RandomStream(seed: 3, purpose: .synthetic)
    var tested = 0
    for _ in 0..<300 {
      let logits = (0..<6).map { _ in 3 * stream.normal() }
      let label = Int32(stream.integer(below: 6))
      let target = (label + 1 + Int32(stream.integer(below: 5))) % 6
      // Between the two points no others may become the largest.
      let sorted = logits.sorted()
      guard zip(sorted, sorted.dropFirst()).allSatisfy({ $1 - $0 > 0.1 }) else { continue }
      tested += 1
      let found = value(loss, logits, label: label, target: target)
      for k in 0..<6 {
        var (up, down) = (logits, logits)
        up[k] += 0.001
        down[k] -= 0.001
        let rise =
          value(loss, up, label: label, target: target).value
          - value(loss, down, label: label, target: target).value
        let slope = rise / Double(up[k] - down[k])
        #expect(
          (Double(found.gradient[k]) - slope).magnitude < 1e-3 * max(1, slope.magnitude),
          "\(name) of \(logits), class \(k): \(found.gradient[k]), not \(slope)")
      }
    }
    #expect(tested > 50)
  }

  @Test func `has losses that can be calculated by hand`() {
    let logits: [Float] = [4, 1, 3, 0]
    let (ratio, ofOther, targeted) = (-1 / (3 + 1e-12), 1 / (3 + 1e-12), -3 / (3.5 + 1e-12))
    #expect(value(.logitRatio, logits).value == ratio)
    #expect(value(.logitRatio, logits, label: 2).value == ofOther)
    #expect(value(.targetedLogitRatio, logits).value == targeted)
    #expect(value(.logitRatio, logits).gradient.reduce(0, +).magnitude < 1e-6)
    let half = value(.crossEntropy, [2, 2])
    #expect((half.value - 0.6931471805599453).magnitude < 1e-12)
    #expect(half.gradient == [-0.5, 0.5])
    #expect(value(.targetedCrossEntropy, [2, 2]).gradient == [-0.5, 0.5])
  }

  /// In single precision `1 - p` is 0 from 17 on, and the loss too.
  @Test func `has a gradient where the model is nearly certain`() {
    let found = value(.crossEntropy, [40, 0])
    #expect((found.value / 4.248354255291589e-18 - 1).magnitude < 1e-6)
    #expect((found.gradient[1] / 4.248354e-18 - 1).magnitude < 1e-5)
    #expect(found.gradient[0] == -found.gradient[1])
  }

  @Test(arguments: 0..<4)
  func `has no gradient where a logit is no number`(index: Int) {
    let found = value(Self.losses[index].loss, [1, .nan, 2, 3])
    #expect(found.value.isNaN && found.gradient == [0, 0, 0, 0])
    #expect(value(Self.losses[index].loss, [1, .infinity, 2, 3]).value.isNaN)
  }

  @Test func `adapts its steps where the paper does`() {
    func checkpoints(_ norm: Norm, _ steps: Int) -> [Int] {
      var checkpoints = AutoPGDCheckpoints(norm, steps: steps)
      return (1...steps).filter { checkpoints.reached($0) != nil }
    }
    #expect(checkpoints(.infinity, 100) == [22, 41, 57, 70, 80, 87, 93, 99])
    #expect(checkpoints(.l2, 3) == [1, 2, 3])
    #expect(checkpoints(.l1, 100) == Array(stride(from: 4, through: 100, by: 4)))
    #expect(checkpoints(.l1, 30) == Array(1...30))
  }

  /// Not in l1, where the published steps change few pixels at a time, whatever room these have left.
  @Test(arguments: [true, false], [Norm.infinity, .l2])
  func `finds the worst image for a linear model, which is known`(isRandom: Bool, norm: Norm) {
    let weights: [Float] = [3, -1, 2, 0, 1.5, -0.5, 0.25, 1]
    // The first logit falls by epsilon times the dual norm.
    let (epsilon, fall): (Float, Float) =
      norm == .l2 ? (0.3, 0.3 * Float(17.5625).squareRoot()) : (0.2, 0.2 * 9.25)
    let model = LinearModel(
      batchSize: 1, size: 8, weights: weights + [Float](repeating: 0, count: 8))
    let attack = AutoPGD(
      .crossEntropy, ball: PerturbationBall(norm: norm, epsilon: epsilon), randomStart: isRandom)
    let clean = [Float](repeating: 0.5, count: 8)
    let found = attack.images(from: clean, labels: [0], on: model)
    let fallen = zip(weights, found).reduce(0) { $0 + $1.0 * (0.5 - $1.1) }
    #expect(fallen > (norm == .infinity ? 0.99999 : 0.99) * fall, "\(fallen) of \(fall)")
    #expect(fallen <= fall + 1e-5)
  }

  @Test(arguments: Norm.allCases)
  func `drives images to a target`(norm: Norm) throws {
    let (count, size) = (16, 20)
    var stream = RandomStream(seed: 5, purpose: .synthetic)
    let clean = (0..<count * size).map { _ in stream.uniform() }
    let model = LinearModel(batchSize: count, size: size)
    _ = model.images.update(from: clean)
    model.forward(model.everyExample)
    let labels = (0..<count).map { model.prediction(of: $0) }
    for loss in [LogitLoss.targetedCrossEntropy, .targetedLogitRatio] {
      let ball = PerturbationBall(
        norm: norm, epsilon: norm == .infinity ? 0.5 : (norm == .l2 ? 2 : 7))
      let attack = AutoPGD(loss, ball: ball, steps: 30, target: .next)
      let found = attack.images(from: clean, labels: labels, on: model)
      _ = model.images.update(from: found)
      model.forward(model.everyExample)
      let reached = (0..<count).filter { model.prediction(of: $0) == (labels[$0] + 1) % 4 }
      #expect(reached.count >= count - 2, "\(reached.count) of \(count)")
    }
  }
}
