internal import Learning

/// What a worker says on its standard output, one JSON object a line.
///
/// Lines that are none of these are not ours (a library may print) and go to the stage's log.
package enum WorkerEvent: Codable, Hashable, Sendable {
  case started(processIdentifier: Int32)
  /// Several times a second while a model is trained.
  case training(TrainingPosition)
  /// An epoch has ended; the numbers are its means.
  case epoch(TrainingPosition)
  /// Several times a second while a model is evaluated.
  case evaluating(EvaluationPosition)
  /// The stage is stored.
  case finished(seconds: Double, peakMemory: Int)
  /// The stage cannot be done; the worker exits with status 1.
  case failed(reason: String, cause: FailureCause? = nil)
  /// The worker was asked to stop: it has saved what it had, and exits with status 3.
  case stopped

  /// Where training is.
  package struct TrainingPosition: Codable, Hashable, Sendable {
    /// From 1.
    package var epoch: Int
    package var epochs: Int
    /// Steps of this epoch that are done.
    package var step: Int
    package var steps: Int
    /// The epoch's mean so far.
    package var loss: Double
    /// The epoch's mean so far, in `0...1`.
    package var accuracy: Double
    /// Of an epoch that has ended, where there are validation examples.
    package var validationLoss: Double?
    /// The same, in `0...1`.
    package var validationAccuracy: Double?
    /// Steps of all epochs that an earlier run had done; `nil` for none.
    package var earlier: Int?

    package init(
      epoch: Int, epochs: Int, step: Int, steps: Int, loss: Double, accuracy: Double,
      validationLoss: Double? = nil, validationAccuracy: Double? = nil, earlier: Int? = nil
    ) {
      self.epoch = epoch
      self.epochs = epochs
      self.step = step
      self.steps = steps
      self.loss = loss
      self.accuracy = accuracy
      self.validationLoss = validationLoss
      self.validationAccuracy = validationAccuracy
      self.earlier = earlier
    }
  }

  /// Where an evaluation is.
  package struct EvaluationPosition: Codable, Hashable, Sendable {
    /// Examples that are done.
    package var done: Int
    package var examples: Int
    /// Of those that are done.
    package var correct: Int
    /// How much of the batch that is being attacked is done, in examples; `nil` between batches.
    package var underWay: Double?
    /// Examples that an earlier run had done; `nil` for none.
    package var earlier: Int?

    package init(
      done: Int, examples: Int, correct: Int, underWay: Double? = nil, earlier: Int? = nil
    ) {
      self.done = done
      self.examples = examples
      self.correct = correct
      self.underWay = underWay
      self.earlier = earlier
    }
  }

  /// The event as a line, with its line feed.
  package var line: [UInt8] {
    guard let bytes = try? WireFormat.encode(self) else {
      preconditionFailure("events have a JSON form")
    }
    return bytes
  }

  /// The event on a line; `nil` where the line is not ours.
  package init?(line: some Sequence<UInt8>) {
    guard let event = try? WireFormat.decode(WorkerEvent.self, from: line) else { return nil }
    self = event
  }
}

extension WorkerEvent.EvaluationPosition {
  init(_ progress: EvaluationProgress, earlier: Int?) {
    self.init(
      done: progress.done, examples: progress.examples, correct: progress.correct,
      underWay: progress.underWay > 0 ? progress.underWay : nil, earlier: earlier)
  }
}
