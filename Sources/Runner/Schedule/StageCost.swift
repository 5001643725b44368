package import Experiments
package import Learning
internal import Settings

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

  package init(_ data: Dataset) {
    self.init(trainExamples: data.train.count, testExamples: data.test.count)
  }

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
    case .train(let work): work.adversarial.method.passes.cost
    case .evaluate(let work): work.attack?.passes.cost ?? 1
    }
  }
}
