package import Experiments
internal import Learning
internal import Settings

/// How long the worker of a stage may say nothing before it counts as hung.
///
/// Workers report after every step and every batch. Between two reports lies what one of these takes,
/// and now and then a file that is written or read. The bound is far above that: a worker that is only
/// slow must not be ended.
package enum Patience {
  /// In seconds.
  static let least = 600.0
  /// The same where it is not known how long a step or a batch takes.
  static let unknown = 3600.0
  /// A step or a batch may take so many times what is expected of it.
  static let margin = 20.0
  /// 31 years.
  static let longest = 1e9
  /// Slow enough for any disk, in bytes per second.
  static let slowestDisk = 1e6
  /// Slow enough for any network, in seconds for a pass of one example.
  static let slowestPass = 1.0

  /// Of each stage, in seconds.
  package static func seconds(
    of stages: [Stage], cost: StageCost, estimator: TimeEstimator?
  ) -> [Double] {
    var estimator = estimator
    return stages.map { stage in
      seconds(
        for: stage.work, cost: cost, estimate: estimator?.estimate(stage.work)?.seconds)
    }
  }

  /// In seconds.
  ///
  /// - Parameter estimate: How long the stage will take, in seconds; `nil` where nothing like it is
  ///   stored.
  package static func seconds(
    for work: StageWork, cost: StageCost, estimate: Double?
  ) -> Double {
    let (all, unit) = (cost.passes(work), cost.passesPerReport(work))
    let silence =
      if let estimate, all > 0 {
        max(least, margin * estimate * min(1, unit / all))
      } else {
        max(unknown, slowestPass * unit)
      }
    return min(silence + largestFile(work, cost) / slowestDisk, longest)
  }

  /// Of what the stage writes at once, in bytes; rather too much.
  private static func largestFile(_ work: StageWork, _ cost: StageCost) -> Double {
    let memory = Double(MemoryNeed(work).bytes)
    guard case .evaluate(let evaluation) = work, evaluation.attack?.keep == true else {
      return memory
    }
    let architecture = evaluation.subjectArchitecture
    let size = KeptImages.size(
      imageSize: architecture.inputShape.reduce(1) { $0.timesAtMost($1) },
      classes: architecture.numClasses)
    return memory + Double(cost.examples(work)) * Double(size)
  }
}

extension StageCost {
  /// What a worker computes at most between two reports.
  func passesPerReport(_ work: StageWork) -> Double {
    switch work {
    case .train(let training):
      let step = Double(training.training.batchSize) * Self.passesPerExample(work)
      let examples = Double(min(trainExamples, training.dataset.trainLimit ?? .max))
      return step + examples * (training.dataset.validationSplit ?? 0)
    case .evaluate(let evaluation):
      return Double(min(evaluation.batchSize, examples(work))) * Self.passesPerExample(work)
    }
  }
}
