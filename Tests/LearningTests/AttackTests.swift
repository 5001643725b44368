import Engine
import Learning
import Settings
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// A linear classifier whose cross-entropy and gradients are written out.
final class LinearModel: AttackedModel {
  let batchSize: Int
  let classes: Int
  let size: Int
  let imageShape: Shape
  let images: UnsafeMutableBufferPointer<Float>
  let labels: UnsafeMutableBufferPointer<Int32>
  private let lossBuffer: UnsafeMutableBufferPointer<Float>
  private let logitBuffer: UnsafeMutableBufferPointer<Float>
  private let gradientBuffer: UnsafeMutableBufferPointer<Float>
  private let weights: [Float]

  /// - Parameters:
  ///   - shape: `[C, H, W]`; one row where there is none.
  ///   - weights: `[K, size]`; four classes with drawn ones where there are none.
  init(batchSize: Int, size: Int, shape: Shape? = nil, weights given: [Float]? = nil) {
    self.batchSize = batchSize
    self.size = size
    imageShape = shape ?? [1, 1, size]
    precondition(imageShape.count == size)
    let classes = given.map { $0.count / size } ?? 4
    self.classes = classes
    func buffer(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
      buffer.initialize(repeating: 0)
      return buffer
    }
    images = buffer(batchSize * size)
    lossBuffer = buffer(batchSize)
    logitBuffer = buffer(batchSize * classes)
    gradientBuffer = buffer(batchSize * size)
    labels = .allocate(capacity: batchSize)
    labels.initialize(repeating: 0)
    var stream = RandomStream(seed: 9, purpose: .initialization)
    weights = given ?? (0..<classes * size).map { _ in stream.normal() }
  }

  deinit {
    for buffer in [images, lossBuffer, logitBuffer, gradientBuffer] { buffer.deallocate() }
    labels.deallocate()
  }

  var losses: UnsafeBufferPointer<Float> { UnsafeBufferPointer(lossBuffer) }
  var logits: UnsafeBufferPointer<Float> { UnsafeBufferPointer(logitBuffer) }
  var imageGradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(gradientBuffer) }

  func forward(_ examples: [Int]) {
    for n in examples {
      let logits = (0..<classes).map { k in
        (0..<size).reduce(Float(0)) { $0 + weights[k * size + $1] * images[n * size + $1] }
      }
      lossBuffer[n] = logf(logits.map(expf).reduce(0, +)) - logits[Int(labels[n])]
      for k in 0..<classes { logitBuffer[n * classes + k] = logits[k] }
    }
  }

  func run(_ examples: [Int]) {
    run(examples) { n, logits, weights in
      let exponentials = logits.map(expf)
      let total = exponentials.reduce(0, +)
      for k in 0..<classes {
        weights[k] = exponentials[k] / total - (k == Int(labels[n]) ? 1 : 0)
      }
    }
  }

  func run(
    _ examples: [Int], functions: Int,
    _ weights: (Int, Int, UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void,
    take: (Int, Int, UnsafeBufferPointer<Float>) -> Void
  ) {
    for function in 0..<functions {
      run(examples) { weights(function, $0, $1, $2) }
      for n in examples {
        take(
          function, n, UnsafeBufferPointer(rebasing: imageGradient[n * size..<(n + 1) * size]))
      }
    }
  }

  func run(_ examples: [Int], _ logitWeights: LogitWeights) {
    forward(examples)
    var factors = [Float](repeating: 0, count: classes)
    for n in examples {
      factors.withUnsafeMutableBufferPointer {
        logitWeights(
          n, UnsafeBufferPointer(rebasing: logits[n * classes..<(n + 1) * classes]), $0)
      }
      for i in 0..<size {
        gradientBuffer[n * size + i] = (0..<classes).reduce(0) {
          $0 + factors[$1] * weights[$1 * size + i]
        }
      }
    }
  }
}

/// An attack of the table, for a ball and a number of restarts.
struct AttackCase: CustomTestStringConvertible, Sendable {
  let name: String
  let norm: Norm
  let epsilon: Float
  let make: @Sendable (PerturbationBall, _ restarts: Int) -> any Attack

  var testDescription: String { "\(name) in \(norm)" }

  static let all: [AttackCase] =
    [
      (Norm.infinity, Float(0.1)), (.l2, 0.5), (.l1, 2),
    ].flatMap { (norm: Norm, epsilon: Float) in
      [
        AttackCase(name: "fgsm", norm: norm, epsilon: epsilon) { ball, _ in
          GradientAttack.fgsm(ball)
        },
        AttackCase(name: "bim", norm: norm, epsilon: epsilon) { ball, _ in GradientAttack.bim(ball)
        },
        AttackCase(name: "pgd", norm: norm, epsilon: epsilon) { ball, restarts in
          GradientAttack.pgd(ball, stepSize: 0.3 * ball.epsilon, steps: 12, restarts: restarts)
        },
        AttackCase(name: "pgd with early stop", norm: norm, epsilon: epsilon) { ball, restarts in
          GradientAttack.pgd(
            ball, stepSize: 0.3 * ball.epsilon, steps: 12, restarts: restarts, earlyStop: true)
        },
        AttackCase(name: "mifgsm", norm: norm, epsilon: epsilon) { ball, _ in
          GradientAttack.mifgsm(ball)
        },
        AttackCase(name: "apgd-ce", norm: norm, epsilon: epsilon) { ball, restarts in
          AutoPGD(.crossEntropy, ball: ball, steps: 10, restarts: restarts)
        },
        AttackCase(name: "apgd-dlr", norm: norm, epsilon: epsilon) { ball, restarts in
          AutoPGD(.logitRatio, ball: ball, steps: 10, restarts: restarts)
        },
        AttackCase(name: "apgd-t", norm: norm, epsilon: epsilon) { ball, restarts in
          AutoPGD(.targetedLogitRatio, ball: ball, steps: 10, restarts: restarts, rivals: 3)
        },
        AttackCase(name: "autoattack", norm: norm, epsilon: epsilon, make: autoAttack),
        AttackCase(name: "noise-uniform", norm: norm, epsilon: epsilon) { ball, restarts in
          NoiseAttack(.uniform, ball: ball, draws: restarts)
        },
        AttackCase(name: "noise-gaussian", norm: norm, epsilon: epsilon) { ball, restarts in
          NoiseAttack(.gaussian, ball: ball, draws: restarts)
        },
      ]
    } + [
      AttackCase(name: "sparse pgd", norm: .l1, epsilon: 2) { ball, restarts in
        GradientAttack.pgd(
          ball, stepSize: 0.3 * ball.epsilon, steps: 12, restarts: restarts, l1Steps: .sparse)
      },
      AttackCase(name: "sparse mifgsm", norm: .l1, epsilon: 2) { ball, _ in
        GradientAttack.mifgsm(ball, l1Steps: .sparse)
      },
      AttackCase(name: "square", norm: .infinity, epsilon: 0.1, make: square),
      AttackCase(name: "square", norm: .l2, epsilon: 0.5, make: square),
    ]

  private static let autoAttack = { @Sendable (ball: PerturbationBall, restarts: Int) in
    var settings = AutoAttack()
    (settings.steps, settings.restarts) = (6, restarts)
    (settings.targets, settings.queries) = (3, 40)
    return AttackFactory(ball: ball).build(settings)
  }

  private static let square = { @Sendable (ball: PerturbationBall, restarts: Int) -> any Attack in
    SquareAttack(ball: ball, queries: 100, restarts: restarts)
  }
}

@Suite struct AttackTests {
  private let count = 24
  private let size = 20
  /// Images with many pixels at the box's ends, labeled as the model sees them.
  private let clean: [Float]
  private let labels: [Int32]

  init() {
    var stream = RandomStream(seed: 21, purpose: .synthetic)
    let images = (0..<count * size).map { _ in min(max(1.6 * stream.uniform() - 0.3, 0), 1) }
    let model = LinearModel(batchSize: count, size: size)
    _ = model.images.update(from: images)
    model.forward(model.everyExample)
    clean = images
    labels = (0..<count).map { model.prediction(of: $0) }
  }

  private func run(_ attack: any Attack, batchSize: Int = 24) -> [Float] {
    let model = LinearModel(batchSize: batchSize, size: size, shape: [1, 4, 5])
    var result: [Float] = []
    for start in stride(from: 0, to: count, by: batchSize) {
      result += attack.images(
        from: Array(clean[start * size..<(start + batchSize) * size]),
        labels: Array(labels[start..<start + batchSize]), on: model, first: start)
    }
    return result
  }

  private func judge(_ images: [Float]) -> (losses: [Float], wrong: [Bool]) {
    let model = LinearModel(batchSize: count, size: size)
    _ = model.images.update(from: images)
    _ = model.labels.update(from: labels)
    model.forward(model.everyExample)
    return (Array(model.losses), (0..<count).map { model.prediction(of: $0) != labels[$0] })
  }

  private func example(_ images: [Float], _ n: Int) -> [Float] {
    Array(images[n * size..<(n + 1) * size])
  }

  @Test(arguments: AttackCase.all)
  func `stays inside ball and box`(attack: AttackCase) throws {
    let ball = PerturbationBall(norm: attack.norm, epsilon: attack.epsilon)
    let images = run(attack.make(ball, 1))
    for n in 0..<count {
      try example(images, n).withUnsafeBufferPointer { image in
        try example(clean, n).withUnsafeBufferPointer {
          try ball.verify(image, clean: $0, example: n)
        }
      }
    }
    #expect(images != clean)
  }

  @Test(arguments: AttackCase.all.filter { !$0.name.hasPrefix("noise") })
  func `never lowers the loss`(attack: AttackCase) {
    let ball = PerturbationBall(norm: attack.norm, epsilon: attack.epsilon)
    let before = judge(clean)
    let after = judge(run(attack.make(ball, 1)))
    // Attacks with a loss of their own may stop at an image that is wrong with a lower cross-entropy.
    for n in 0..<count { #expect(after.losses[n] >= before.losses[n] || after.wrong[n]) }
    #expect(after.wrong.contains(true))
  }

  @Test(arguments: AttackCase.all)
  func `returns clean images for epsilon 0`(attack: AttackCase) {
    #expect(run(attack.make(PerturbationBall(norm: attack.norm, epsilon: 0), 2)) == clean)
  }

  @Test(arguments: AttackCase.all)
  func `is never weaker with more restarts`(attack: AttackCase) {
    let ball = PerturbationBall(norm: attack.norm, epsilon: attack.epsilon)
    let once = judge(run(attack.make(ball, 1)))
    let often = judge(run(attack.make(ball, 5)))
    for n in 0..<count {
      #expect(often.wrong[n] || !once.wrong[n])
      #expect(once.wrong[n] || often.wrong[n] || often.losses[n] >= once.losses[n])
    }
  }

  @Test(arguments: AttackCase.all)
  func `does not depend on the batch size`(attack: AttackCase) {
    let ball = PerturbationBall(norm: attack.norm, epsilon: attack.epsilon)
    #expect(run(attack.make(ball, 3), batchSize: 4) == run(attack.make(ball, 3)))
  }

  @Test(arguments: Norm.allCases)
  func `beats noise, and many steps beat one`(norm: Norm) {
    let ball = PerturbationBall(
      norm: norm, epsilon: norm == .infinity ? 0.1 : (norm == .l2 ? 0.5 : 2))
    func mean(_ attack: any Attack) -> Float { judge(run(attack)).losses.reduce(0, +) }
    let noise = mean(NoiseAttack(.uniform, ball: ball, draws: 5))
    let single = mean(GradientAttack.fgsm(ball))
    let many = mean(GradientAttack.pgd(ball, stepSize: 0.2 * ball.epsilon, steps: 20))
    #expect(noise < single && single <= many + 1e-3, "\(noise) \(single) \(many)")
  }

  @Test(arguments: Norm.allCases)
  func `that stops early keeps the first image that is wrong`(norm: Norm) {
    let ball = PerturbationBall(
      norm: norm, epsilon: norm == .infinity ? 0.1 : (norm == .l2 ? 0.5 : 2))
    var expected = clean
    var wrong = judge(clean).wrong
    for steps in 1...10 {
      let images = run(GradientAttack.bim(ball, steps: steps))
      let now = judge(images).wrong
      for n in 0..<count where !wrong[n] {
        expected.replaceSubrange(n * size..<(n + 1) * size, with: example(images, n))
        wrong[n] = now[n]
      }
    }
    #expect(wrong.contains(true) && wrong.contains(false))
    #expect(run(GradientAttack.bim(ball, earlyStop: true)) == expected)
  }

  @Test(arguments: Norm.allCases)
  func `with momentum that fades at once is without momentum`(norm: Norm) {
    let ball = PerturbationBall(
      norm: norm, epsilon: norm == .infinity ? 0.1 : (norm == .l2 ? 0.5 : 2))
    let step = 0.2 * ball.epsilon
    let plain = run(GradientAttack.bim(ball))
    let fading = run(GradientAttack.mifgsm(ball, stepSize: step, decay: 0))
    #expect(zip(plain, fading).allSatisfy { ($0 - $1).magnitude < 1e-5 })
    #expect(run(GradientAttack.mifgsm(ball, stepSize: step)) != fading)
  }

  @Test func `checks what it is given back`() {
    let ball = PerturbationBall(norm: .infinity, epsilon: 0.1)
    func code(_ image: [Float]) -> VerificationError.Code? {
      do {
        try image.withUnsafeBufferPointer { image in
          try [0.5, 0.95].withUnsafeBufferPointer {
            try ball.verify(image, clean: $0, example: 7)
          }
        }
        return nil
      } catch {
        return (error as? VerificationError)?.code
      }
    }
    #expect(code([0.6, 1]) == nil)
    #expect(code([0.61, 1]) == .outsideBall)
    #expect(code([0.5, 1.01]) == .outsideBox)
    #expect(code([0.5, .nan]) == .notFinite)
    #expect(throws: VerificationError.self) {
      try verifyPrediction(first: 1, second: 2, example: 0)
    }
  }
}
