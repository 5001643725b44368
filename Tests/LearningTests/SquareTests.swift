import Engine
import Learning
import Settings
import Testing

@Suite struct `The square attack` {
  /// Attacks one image of gray pixels on a linear model of two classes, whose second logit is 0.
  ///
  /// - Returns: How far each pixel is moved.
  private func changes(
    _ attack: SquareAttack, shape: Shape, weights: [Float], label: Int32 = 0
  ) -> [Float] {
    let model = LinearModel(
      batchSize: 1, size: shape.count, shape: shape,
      weights: weights + [Float](repeating: 0, count: shape.count))
    let images = [Float](repeating: 0.5, count: shape.count)
    let adversarial = attack.images(from: images, labels: [label], on: model, seed: 3)
    return adversarial.map { $0 - 0.5 }
  }

  /// The first class's logit is above 0 wherever the balls of these tests lead.
  private func weights(_ count: Int) -> [Float] { (0..<count).map { $0 % 3 == 0 ? -0.1 : 1 } }

  @Test func `starts with stripes in linf`() {
    let ball = PerturbationBall(norm: .infinity, epsilon: 0.25)
    let changes = changes(
      SquareAttack(ball: ball, queries: 1), shape: [2, 6, 7], weights: weights(84))
    for channel in 0..<2 {
      for column in 0..<7 {
        let stripe = (0..<6).map { changes[(channel * 6 + $0) * 7 + column] }
        #expect(stripe.allSatisfy { $0 == stripe[0] } && abs(stripe[0]) == 0.25)
      }
    }
    #expect(Set(changes).count == 2)
  }

  @Test func `starts with tiles of equal length in l2`() {
    let ball = PerturbationBall(norm: .l2, epsilon: 1)
    let changes = changes(
      SquareAttack(ball: ball, queries: 1), shape: [1, 15, 16], weights: weights(240))
    // The upper half is one row, 1/4, 1 + 1/4, 1/4. The lower half is two: 1/4 in the first, and in the
    // second as above. Each half has length 1 before they are put together.
    let (low, high): (Float, Float) = (0.25, 1.25)
    let upper = (2 * low * low + high * high).squareRoot()
    let lower = (5 * low * low + high * high).squareRoot()
    let tile =
      [low, high, low].map { $0 / upper } + [low, low, low, low, high, low].map { -$0 / lower }
    let expected = tile.map { $0 / Float(2).squareRoot() / 5 }
    var found: Set<Int> = []
    for row in 0..<5 {
      for column in 0..<5 {
        let own = (0..<9).map { changes[(3 * row + $0 / 3) * 16 + 3 * column + $0 % 3] }
        let turned = (0..<9).map { own[$0 % 3 * 3 + $0 / 3] }
        let kinds = [own, own.map { -$0 }, turned, turned.map { -$0 }]
        let kind = kinds.firstIndex { largestDifference($0, expected) < 1e-5 }
        #expect(kind != nil, "tile \(row), \(column)")
        if let kind { found.insert(kind) }
      }
    }
    #expect(found.count == 4)
    #expect((0..<15).allSatisfy { changes[$0 * 16 + 15] == 0 })
  }

  @Test
  func `finds the best corner of the ball of a linear model, but for the last row and column`() {
    let weights = weights(42)
    let ball = PerturbationBall(norm: .infinity, epsilon: 0.25)
    let changes = changes(
      SquareAttack(ball: ball, queries: 1500), shape: [1, 6, 7], weights: weights)
    for row in 0..<5 {
      for i in row * 7..<row * 7 + 6 { #expect(changes[i] == (weights[i] > 0 ? -0.25 : 0.25)) }
    }
  }

  @Test func `comes close to the best point of the ball of a linear model in l2`() {
    // Both signs of the pattern, in one place.
    let weights = (0..<225).map { (place: Int) -> Float in
      (2..<9).contains(place / 15) && (2..<9).contains(place % 15) ? 1 : 0.1
    }
    let ball = PerturbationBall(norm: .l2, epsilon: 1)
    let changes = changes(
      SquareAttack(ball: ball, queries: 5000), shape: [1, 15, 15], weights: weights)
    let length = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let reached = -zip(weights, changes).reduce(0) { $0 + $1.0 * $1.1 } / length
    // torchattacks comes to 0.70 to 0.83, with four seeds.
    #expect(reached > 0.7 && reached <= 1, "\(reached)")
  }

  @Test func `leaves an image that is wrong as it is`() {
    let ball = PerturbationBall(norm: .infinity, epsilon: 0.25)
    let changes = changes(
      SquareAttack(ball: ball, queries: 10), shape: [1, 6, 6], weights: weights(36), label: 1)
    #expect(changes.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [Norm.infinity, .l2])
  func `asks no more than it may, and nothing of images that are wrong`(norm: Norm) throws {
    let model = Model(BrightBars.architecture)
    let trained = try Trainer(
      model: model, configuration: BrightBars.configuration(),
      data: BrightBars.source(count: 200, seed: 2)
    ).train()
    let data = BrightBars.source(count: 40, seed: 3)
    func evaluate(_ epsilon: Float, batchSize: Int = 16) throws -> EvaluationResult {
      let attack = SquareAttack(
        ball: PerturbationBall(norm: norm, epsilon: epsilon), queries: 20)
      return try Evaluator(
        subject: TrainedModel(model: model, parameters: trained.parameters), attack: attack,
        batchSize: batchSize, seed: 1
      ).evaluate(data)
    }
    let still = try evaluate(0)
    let right = still.outcomes.count { $0.isCorrect }
    #expect(still.passes.forward == 40 + 20 * right && still.passes.gradients == 0)
    let moved = try evaluate(norm == .infinity ? 0.3 : 3)
    #expect(moved.outcomes.count { $0.isCorrect } < right)
    #expect(moved.passes.forward < still.passes.forward)
    #expect(try evaluate(norm == .infinity ? 0.3 : 3, batchSize: 40).outcomes == moved.outcomes)
  }
}
