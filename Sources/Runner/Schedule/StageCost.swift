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
    Double(examples(work)) * Self.passesPerExample(work)
  }

  /// The examples that go through the model, in all epochs.
  package func examples(_ work: StageWork) -> Int {
    switch work {
    case .train(let work):
      let examples = min(trainExamples, work.dataset.trainLimit ?? .max)
      let share = 1 - (work.dataset.validationSplit ?? 0)
      return Int(nearest: (Double(examples) * share).rounded(.down))
        .timesAtMost(work.training.epochs)
    case .evaluate(let work):
      let available =
        switch work.split {
        case .test: min(testExamples, work.dataset.testLimit ?? .max)
        case .train: min(trainExamples, work.dataset.trainLimit ?? .max)
        }
      return min(available, work.limit ?? .max)
    }
  }

  /// What one example costs each time that it goes through the model.
  package static func passesPerExample(_ work: StageWork) -> Double {
    switch work {
    case .train(let work): passesPerStep(work.adversarial)
    case .evaluate(let work): passes(work.attack)
    }
  }

  private static func passesPerStep(_ adversarial: AdversarialSettings) -> Double {
    guard case .nsl(let settings) = adversarial else { return gradient }
    // The clean pass and the neighbors' pass; the first iteration shares the clean one's gradient.
    let iterations = settings.pgdIterations - (settings.randomInit ? 0 : 1)
    return gradient * Double(2 + iterations)
  }

  private static func passes(_ attack: AttackSettings?) -> Double {
    guard let attack else { return 1 }
    // Which class is least likely is asked in a pass of its own.
    let target = attack.target == .leastLikely ? gradient : 0
    // Every answer is asked for twice.
    return target + passesOfSteps(attack) + 2
  }

  private static func passesOfSteps(_ attack: AttackSettings) -> Double {
    switch attack.name {
    case .fgsm: gradient
    case .bim: gradient * Double(attack.steps)
    case .pgd: (gradient * Double(attack.steps) + 1) * Double(attack.restarts)
    case .noiseUniform, .noiseGaussian: Double(attack.restarts)
    }
  }
}
