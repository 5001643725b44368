package import Experiments

/// How much a stage has to compute, in passes of one example forward through its model: enough to
/// tell how much of a plan is done.
package struct StageCost: Sendable {
  /// Examples of the data set, before limits.
  package var trainExamples: Int
  package var testExamples: Int

  package init(trainExamples: Int, testExamples: Int) {
    self.trainExamples = trainExamples
    self.testExamples = testExamples
  }

  /// A pass backward costs about as much as two forward.
  private static let gradient = 3.0

  package func passes(_ work: StageWork) -> Double {
    switch work {
    case .train(let work):
      let examples = min(trainExamples, work.dataset.trainLimit ?? .max)
      return Double(examples * work.training.epochs) * passesPerStep(work.adversarial)
    case .evaluate(let work):
      let available =
        switch work.split {
        case .test: min(testExamples, work.dataset.testLimit ?? .max)
        case .train: min(trainExamples, work.dataset.trainLimit ?? .max)
        }
      return Double(min(available, work.limit ?? .max)) * passes(work.attack)
    }
  }

  private func passesPerStep(_ adversarial: AdversarialSettings) -> Double {
    guard case .nsl(let settings) = adversarial else { return Self.gradient }
    // The clean pass and the neighbors' pass; the first iteration shares the clean one's gradient.
    let iterations = settings.pgdIterations - (settings.randomInit ? 0 : 1)
    return Self.gradient * Double(2 + iterations)
  }

  private func passes(_ attack: AttackSettings?) -> Double {
    guard let attack else { return 1 }
    // Every answer is asked for twice.
    return switch attack.name {
    case .fgsm: Self.gradient + 2
    case .bim: Self.gradient * Double(attack.steps) + 2
    case .pgd: (Self.gradient * Double(attack.steps) + 1) * Double(attack.restarts) + 2
    case .noiseUniform, .noiseGaussian: Double(attack.restarts) + 2
    }
  }
}
