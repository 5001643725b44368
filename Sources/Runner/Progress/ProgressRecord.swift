internal import Experiments
internal import PlainText
internal import Results

/// Where a run is as a whole, for programs.
package struct ProgressTotals: Codable, Hashable, Sendable {
  /// The most accurate evaluation under the last attack of the plan.
  package struct Best: Codable, Hashable, Sendable {
    /// In `0...1`.
    package var accuracy: Double
    /// `adv-regularized fgsm epsilon=0.2 seed=1`.
    package var evaluation: String
  }

  package var total: Int
  /// Stages that ended well in this run.
  package var done: Int
  package var running: Int
  package var waiting: Int
  /// Stages that were stored before the run.
  package var stored: Int
  package var failed: Int
  /// Of the work of this run, in `0...1`.
  package var fraction: Double
  package var best: Best?
  /// Of trainings and evaluations, of late; `nil` where it is too early to say.
  package var examplesPerSecond: Double?
  /// Seconds until the last stage ends; `nil` where it is too early to say.
  package var etaSeconds: Double?

  enum CodingKeys: String, CodingKey {
    case total, done, running, waiting, stored, failed, fraction, best
    case examplesPerSecond = "examples_per_second"
    case etaSeconds = "eta_seconds"
  }
}

/// Where a stage that runs is, for programs.
package struct StageProgress: Codable, Hashable, Sendable {
  /// The stage's key, 64 digits.
  package var key: String
  /// The stage in words.
  package var stage: String
  /// In `0...1`.
  package var fraction: Double
  /// From 1; of trainings, as are epochs, steps and the loss.
  package var epoch: Int?
  package var epochs: Int?
  /// Steps of this epoch that are done.
  package var step: Int?
  package var steps: Int?
  /// Examples that are done, and all; of evaluations.
  package var done: Int?
  package var examples: Int?
  /// The epoch's mean so far.
  package var loss: Double?
  /// So far, in `0...1`.
  package var accuracy: Double?
  package var validationLoss: Double?
  package var validationAccuracy: Double?
  package var etaSeconds: Double?

  enum CodingKeys: String, CodingKey {
    case key, stage, fraction, epoch, epochs, step, steps, done, examples, loss, accuracy
    case validationLoss = "val_loss"
    case validationAccuracy = "val_accuracy"
    case etaSeconds = "eta_seconds"
  }
}

/// Where a run is, as its process writes it beside the tables for others to look at.
package struct ProgressRecord: Codable, Hashable, Sendable {
  package static let currentSchema = 1

  package var schema = ProgressRecord.currentSchema
  package var process: Int32
  package var host: String
  /// Seconds since the beginning of the run.
  package var elapsed: Double
  /// When it was written, in seconds since 1970.
  package var time: Int
  package var totals: ProgressTotals
  package var running: [StageProgress]

  enum CodingKeys: String, CodingKey {
    case schema = "schema_version"
    case process, host, elapsed, time, totals, running
  }
}

extension StageProgress {
  /// `43 %, epoch 2/5, loss 0.0421, accuracy 98.71 %, 0:12 left`.
  var words: String {
    var words = ["\(Int((100 * fraction).rounded(.down))) %"]
    if let epoch, let epochs { words.append("epoch \(epoch)/\(epochs)") }
    if let done, let examples { words.append("\(done)/\(examples) images") }
    if let loss { words.append("loss \(Words.loss(loss))") }
    if let accuracy { words.append("accuracy \(Words.percent(accuracy))") }
    if let etaSeconds { words.append("\(Words.clock(etaSeconds)) left") }
    return words.joined(separator: ", ")
  }
}

extension ProgressTotals {
  /// `5 done, 1 failed, 2 running, 14 waiting, 3 stored`: what there is.
  var countWords: String {
    // Where there is no room for all, the last ones fall off.
    let counts = [
      (done, "done"), (failed, "failed"), (running, "running"), (waiting, "waiting"),
      (stored, "stored"),
    ]
    let words = counts.filter { $0.0 > 0 }.map { "\(NumberText.grouped($0.0)) \($0.1)" }
    return words.isEmpty ? "nothing to run" : words.joined(separator: ", ")
  }
}

extension ProgressState {
  package func totals(at time: Double) -> ProgressTotals {
    ProgressTotals(
      total: total, done: well, running: running.count, waiting: waiting, stored: stored,
      failed: failed, fraction: fraction.rounded(decimals: 4),
      best: bestOfLast.map { .init(accuracy: $0.accuracy, evaluation: $0.title.printable) },
      examplesPerSecond: examplesPerSecond(at: time)?.rounded(decimals: 1),
      etaSeconds: isDone ? 0 : remaining(at: time)?.rounded(decimals: 1))
  }

  /// Of the stages that run.
  package func stageProgress(at time: Double) -> [StageProgress] {
    running.map { $0.progress(at: time) }
  }
}

extension ProgressState.Running {
  func progress(at time: Double) -> StageProgress {
    var progress = StageProgress(
      key: stage.key.hex, stage: stage.title.printable,
      fraction: min(1, position.fraction).rounded(decimals: 4),
      etaSeconds: remaining(at: time)?.rounded(decimals: 1))
    switch position {
    case .starting: break
    case .training(let at):
      (progress.epoch, progress.epochs) = (at.epoch, at.epochs)
      (progress.step, progress.steps) = (at.step, at.steps)
      (progress.loss, progress.accuracy) = (at.loss, at.accuracy)
      progress.validationLoss = at.validationLoss
      progress.validationAccuracy = at.validationAccuracy
    case .evaluating(let at):
      (progress.done, progress.examples) = (at.done, at.examples)
      if at.done > 0 { progress.accuracy = Double(at.correct) / Double(at.done) }
    }
    return progress
  }
}

extension Double {
  /// The nearest number of so many decimals.
  func rounded(decimals: Int) -> Double {
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    return (self * power).rounded() / power
  }
}
