import FoundationEssentials
import Learning
import Settings
import TestSupport
import Testing

/// `tutorial-iterative.json`, made by `make_tutorial_iterative.py` beside it.
private struct IterativeFile: Decodable {
  struct Case: Decodable, CustomTestStringConvertible {
    let model: String
    let name: String
    let norm: Norm
    let epsilon: Float
    let stepSize: Float
    let steps: Int
    let decay: Float?
    let sparse: Bool
    let count: Int
    /// PyTorch's on its images in double precision, a digit each.
    let predictions: String
    /// Examples that end otherwise in single precision.
    let singleDiffers: Int
    /// Examples that torchattacks leaves right.
    let torchattacks: Int?
    /// Of the first examples, in 127ths of epsilon.
    let perturbations: String?
    /// The share of these elements that single precision leaves the same.
    let singleShare: Double?

    var testDescription: String { "\(sparse ? "sparse " : "")\(name) in \(norm) on \(model)" }
  }

  let kept: Int
  let cases: [Case]

  static let contents = Result {
    try decoded(IterativeFile.self, "tutorial-iterative.json")
  }
}

/// BIM, MI-FGSM and PGD without a random start on the tutorial's network and real digits.
@Suite struct `Iterative attacks` {
  private static let cases = (try? IterativeFile.contents.get().cases) ?? []

  private func attack(_ vector: IterativeFile.Case) -> GradientAttack {
    GradientAttack(
      ball: PerturbationBall(norm: vector.norm, epsilon: vector.epsilon),
      stepSize: vector.stepSize, steps: vector.steps, randomStart: false, decay: vector.decay,
      l1Steps: vector.sparse ? .sparse : .dense)
  }

  @Test func `have vectors`() throws {
    #expect(try IterativeFile.contents.get().cases.count == 16)
  }

  @Test(TutorialFixture.wantsDigits, arguments: cases)
  fileprivate func `fool the network on the digits that PyTorch fools it on`(
    vector: IterativeFile.Case
  ) throws {
    let data = try TutorialFixture.images("mnist", count: vector.count)
    let subject = TrainedModel(
      model: TutorialFixture.model,
      parameters: try TutorialFixture.values(vector.model))
    let outcomes = try Evaluator(
      subject: subject, attack: attack(vector), batchSize: vector.count, seed: 1
    ).evaluate(data).outcomes
    let expected = vector.predictions.compactMap { $0.wholeNumberValue.map { Int32($0) } }
    try #require(expected.count == vector.count)
    let differing = outcomes.indices.filter {
      outcomes[$0].isCorrect != (expected[$0] == data.labels[$0])
    }
    // Rounding alone turns as many in PyTorch.
    #expect(differing.count <= 1, "\(differing), PyTorch itself \(vector.singleDiffers)")
    if let torchattacks = vector.torchattacks {
      #expect(abs(outcomes.filter(\.isCorrect).count - torchattacks) <= 1)
    }
  }

  @Test(TutorialFixture.wantsDigits, arguments: cases.filter { $0.perturbations != nil })
  fileprivate func `move pixels as PyTorch does`(vector: IterativeFile.Case) throws {
    let count = try IterativeFile.contents.get().kept
    let data = try TutorialFixture.images("mnist", count: count)
    let model = PackedModel(
      TutorialFixture.model, batchSize: count,
      parameters: try TutorialFixture.parameters(vector.model), gradients: true)
    let images = attack(vector).images(from: data.images, labels: data.labels, on: model)
    let bytes = [UInt8](try #require(Data(base64Encoded: vector.perturbations ?? "")))
    try #require(bytes.count == images.count)
    let same = images.indices.filter { i in
      let expected = Float(Int8(bitPattern: bytes[i])) / 127 * vector.epsilon
      // Elements apart by more than a quarter of a step went another way.
      return (images[i] - data.images[i] - expected).magnitude
        <= 0.25 * vector.stepSize + vector.epsilon / 254
    }
    let share = Double(same.count) / Double(images.count)
    let single = try #require(vector.singleShare)
    // A pixel that goes another way once stays apart: of many steps it depends more on the kernels.
    let slack = vector.steps > 10 ? 0.015 : 0.003
    #expect(share > single - slack, "\(share), PyTorch in single precision \(single)")
  }
}
