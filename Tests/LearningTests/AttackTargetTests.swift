import Engine
import FoundationEssentials
import Learning
import Settings
import TestSupport
import Testing

/// `targeted-attacks.json`, made by `make_targeted_vectors.py` beside it.
private struct TargetedFile: Decodable {
  struct Case: Decodable, CustomTestStringConvertible {
    let attack: String
    let norm: Norm
    let epsilon: Float
    let step_size: Float
    let steps: Int
    let target: String
    let adversarial: [Float]

    var testDescription: String { "\(attack) in \(norm) to \(target)" }
  }

  let classes: Int
  let weights: [Float]
  let images: [Float]
  let labels: [Int32]
  let cases: [Case]

  static let contents = Result {
    try decoded(TargetedFile.self, "targeted-attacks.json")
  }
}

@Suite struct `Targeted attacks` {
  private let file: TargetedFile
  private var count: Int { file.labels.count }
  private var size: Int { file.images.count / count }

  init() throws { file = try TargetedFile.contents.get() }

  private func run(
    _ attack: any Attack, batchSize: Int? = nil, seed: Int = 1
  ) -> [Float] {
    let batchSize = batchSize ?? count
    let model = LinearModel(batchSize: batchSize, size: size, weights: file.weights)
    var result: [Float] = []
    for start in stride(from: 0, to: count, by: batchSize) {
      result += attack.images(
        from: Array(file.images[start * size..<(start + batchSize) * size]),
        labels: Array(file.labels[start..<start + batchSize]), on: model, first: start, seed: seed)
    }
    return result
  }

  /// The losses of `labels` and the predictions.
  private func judge(_ images: [Float], _ labels: [Int32]) -> (losses: [Float], classes: [Int32]) {
    let model = LinearModel(batchSize: count, size: size, weights: file.weights)
    _ = model.images.update(from: images)
    _ = model.labels.update(from: labels)
    model.forward(model.everyExample)
    return (Array(model.losses), (0..<count).map { model.prediction(of: $0) })
  }

  private func example(_ images: [Float], _ n: Int) -> ArraySlice<Float> {
    images[n * size..<(n + 1) * size]
  }

  private static let ball = PerturbationBall(norm: .infinity, epsilon: 0.3)
  private var next: [Int32] { file.labels.map { ($0 + 1) % Int32(file.classes) } }

  @Test func `give the images of torchattacks and Foolbox`() throws {
    #expect(file.cases.count == 8)
    for vector in file.cases {
      let ball = PerturbationBall(norm: vector.norm, epsilon: vector.epsilon)
      let target: AttackTarget = vector.target == "next" ? .next : .leastLikely
      let attack: GradientAttack
      switch vector.attack {
      case "fgsm": attack = .fgsm(ball, target: target)
      case "bim":
        attack = .bim(ball, stepSize: vector.step_size, steps: vector.steps, target: target)
      default:
        attack = .pgd(
          ball, stepSize: vector.step_size, steps: vector.steps, randomStart: false, target: target)
      }
      let images = run(attack)
      let difference = zip(images, vector.adversarial).map { ($0 - $1).magnitude }.max() ?? 1
      #expect(difference < 1e-5, "\(vector.testDescription)")
    }
  }

  @Test(arguments: Norm.allCases)
  func `lower the target's loss inside ball and box`(norm: Norm) throws {
    let ball = PerturbationBall(norm: norm, epsilon: norm == .infinity ? 0.2 : 1.5)
    let before = judge(file.images, next).losses
    let images = run(.pgd(ball, stepSize: 0.1 * ball.epsilon, steps: 20, target: .next))
    let after = judge(images, next).losses
    for n in 0..<count {
      #expect(after[n] < before[n])
      try Array(example(images, n)).withUnsafeBufferPointer { image in
        try Array(example(file.images, n)).withUnsafeBufferPointer {
          try ball.verify(image, clean: $0, example: n)
        }
      }
    }
  }

  @Test func `leave examples of the target's own class as they are`() {
    for label in 0..<Int32(file.classes) {
      let attack = GradientAttack.pgd(
        Self.ball, stepSize: 0.05, steps: 5, restarts: 3, target: .label(Int(label)))
      let images = run(attack)
      for n in 0..<count {
        #expect((example(images, n) == example(file.images, n)) == (file.labels[n] == label))
      }
    }
  }

  @Test func `to a random class do not depend on the batch, but on the seed`() {
    let attack = GradientAttack.bim(Self.ball, target: .random)
    let images = run(attack)
    #expect(run(attack, batchSize: 4) == images)
    #expect(run(attack, seed: 2) != images)
    // Never the own class: nothing stays clean.
    for seed in 1...20 {
      let images = run(attack, seed: seed)
      for n in 0..<count { #expect(example(images, n) != example(file.images, n)) }
    }
  }

  @Test func `to the second class are those to the most likely other one`() {
    let model = LinearModel(batchSize: count, size: size, weights: file.weights)
    _ = model.images.update(from: file.images)
    model.forward(model.everyExample)
    let images = run(.bim(Self.ball, target: .second))
    for n in 0..<count {
      let others = (0..<file.classes).filter { $0 != Int(file.labels[n]) }
      let logits = model.logits(of: n)
      let second = others.max { logits[$0] < logits[$1] } ?? 0
      #expect(example(images, n) == example(run(.bim(Self.ball, target: .label(second))), n))
    }
  }

  @Test(arguments: [AttackTarget.next, .label(2)])
  func `are never weaker with more restarts`(target: AttackTarget) {
    let ball = PerturbationBall(norm: .infinity, epsilon: 0.12)
    let targets: [Int32] = target == .next ? next : file.labels.map { _ in 2 }
    var improved = 0
    var previous = judge(
      run(.pgd(ball, stepSize: 0.02, steps: 3, target: target)), targets)
    for restarts in 2...12 {
      let attack = GradientAttack.pgd(
        ball, stepSize: 0.02, steps: 3, restarts: restarts, target: target)
      let current = judge(run(attack), targets)
      for n in 0..<count {
        let (old, new) = (previous.classes[n], current.classes[n])
        #expect(new == targets[n] || old != targets[n])
        #expect(new != file.labels[n] || old == file.labels[n])
        if (old == file.labels[n]) == (new == file.labels[n]), new != targets[n] {
          #expect(current.losses[n] <= previous.losses[n])
        }
        if current.losses[n] < previous.losses[n] { improved += 1 }
      }
      previous = current
    }
    #expect(improved > 0)
  }

  private func run(_ attack: GradientAttack) -> [Float] { run(attack as any Attack) }
}
