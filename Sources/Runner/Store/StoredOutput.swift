internal import Settings
internal import Experiments
internal import Learning
internal import Measurements

/// What a stored stage holds, looked at file by file: an entry may fit its checksums and yet hold
/// what no stage has ever stored.
struct StoredOutput {
  /// Why an entry is not what comes of its work.
  struct Impossible: Error {
    var message: String
    init(_ message: String) { self.message = message }
  }

  private let manifest: StageManifest
  private let work: StageWork
  private var training: TrainingRecord?
  private var evaluation: EvaluationRecord?
  /// Files of weights that are what they should be.
  private var weights: Set<String> = []
  /// In bytes.
  private var imageSize: Int?
  private var outcomes: [ExampleOutcome]?
  private var kept: KeptImages?

  init(_ manifest: StageManifest, of work: StageWork) {
    self.manifest = manifest
    self.work = work
  }

  /// Looks at one file.
  mutating func take(_ name: String, _ bytes: [UInt8]) throws(Impossible) {
    switch work {
    case .train(let work):
      if name == OutputFile.training {
        training = try Self.decode(name, bytes)
      } else if name == OutputFile.weights || OutputFile.isCheckpoint(name) {
        try Self.checkWeights(name, bytes, of: work)
        weights.insert(name)
      }
    case .evaluate:
      if name == OutputFile.evaluation {
        evaluation = try Self.decode(name, bytes)
      } else if name == OutputFile.images {
        imageSize = bytes.count
      } else if name == OutputFile.outcomes {
        guard let all = ExampleOutcome.decode(bytes) else {
          throw Impossible("\(name) holds no whole number of examples")
        }
        outcomes = all
      } else if name == OutputFile.kept {
        do throws(DatasetError) {
          kept = try KeptImages(decoding: bytes, origin: name)
        } catch {
          throw Impossible("\(error)")
        }
      }
    }
  }

  /// Looks at how all files fit together.
  func finish() throws(Impossible) {
    switch work {
    case .train(let work): try check(work)
    case .evaluate(let work): try check(work)
    }
  }

  private static func decode<Record: Decodable>(
    _ name: String, _ bytes: [UInt8]
  ) throws(Impossible) -> Record {
    do {
      return try WireFormat.decode(Record.self, from: bytes)
    } catch {
      throw Impossible("\(name) cannot be read: \(WireFormat.words(error))")
    }
  }

  private static func checkWeights(
    _ name: String, _ bytes: [UInt8], of work: TrainWork
  ) throws(Impossible) {
    let header: Checkpoint.Header
    do throws(CheckpointError) {
      header = try Checkpoint.Header(decoding: bytes, origin: name)
    } catch {
      throw Impossible("\(error)")
    }
    guard header.architecture == work.architecture.architecture,
      header.seed == work.seed
    else { throw Impossible("\(name): weights of another model") }
  }

  private func check(_ work: TrainWork) throws(Impossible) {
    guard let training else { throw Impossible("\(OutputFile.training) is missing") }
    func fail(_ message: String) -> Impossible {
      Impossible("\(OutputFile.training): \(message)")
    }
    let (epochs, done) = (work.training.epochs, training.history.count)
    guard done <= epochs, training.history.map(\.epoch) == Array(1..<done + 1) else {
      throw fail("a history that \(epochs) epochs cannot have")
    }
    var wanted: [String] = []
    switch (manifest.ending, training.outcome) {
    case (.finished, .finished):
      if let stop = training.stoppedEpoch, stop != done {
        throw fail("stopped after epoch \(stop) of \(done)")
      } else if training.stoppedEpoch == nil, done != epochs {
        throw fail("\(done) of \(epochs) epochs")
      }
      if let restored = training.restoredEpoch, !(1...max(1, done)).contains(restored) {
        throw fail("weights of epoch \(restored) of \(done)")
      }
      wanted.append(OutputFile.weights)
    case (.diverged, .diverged): break
    default: throw fail("its outcome is not that of its manifest")
    }
    if let every = work.training.checkpointEvery {
      wanted += stride(from: every, through: done, by: every).map(OutputFile.checkpoint)
    }
    if let missing = wanted.first(where: { !weights.contains($0) }) {
      throw Impossible("\(missing) is missing")
    }
  }

  private func check(_ work: EvaluateWork) throws(Impossible) {
    guard let evaluation else { throw Impossible("\(OutputFile.evaluation) is missing") }
    // Clean images are those of the dataset.
    guard imageSize != nil || work.attack == nil else {
      throw Impossible("\(OutputFile.images) is missing")
    }
    guard let outcomes else { throw Impossible("\(OutputFile.outcomes) is missing") }
    func fail(_ message: String) -> Impossible {
      Impossible("\(OutputFile.evaluation): \(message)")
    }
    guard case .finished = manifest.ending else { throw fail("an evaluation does not diverge") }
    let (examples, correct) = (evaluation.measurement.examples, evaluation.measurement.correct)
    guard examples > 0, examples <= work.limit ?? .max else { throw fail("\(examples) examples") }
    guard (0...examples).contains(correct) else {
      throw fail("\(correct) of \(examples) examples correct")
    }
    guard outcomes.count == examples, outcomes.count(where: \.isCorrect) == correct else {
      throw Impossible("\(OutputFile.outcomes) does not say what \(OutputFile.evaluation) says")
    }
    let architecture = work.subjectArchitecture
    guard evaluation.shape == architecture.inputShape else {
      throw fail("images of shape \(evaluation.shape)")
    }
    let count = evaluation.labels.count
    guard evaluation.predictions.count == count, count <= examples else {
      throw fail("\(evaluation.predictions.count) predictions for \(count) labels")
    }
    // A model that gives no number predicts -1.
    let classes = architecture.numClasses
    guard evaluation.labels.allSatisfy((0..<classes).contains),
      evaluation.predictions.allSatisfy((-1..<classes).contains)
    else { throw fail("labels or predictions that are no classes") }
    let wanted = 4 * count * evaluation.shape.reduce(1, *)
    guard imageSize ?? wanted == wanted else {
      throw Impossible("\(OutputFile.images) does not hold \(count) images")
    }
    if work.attack?.keep == true { try checkKept(outcomes, architecture) }
  }

  /// Looks at the images of an evaluation that keeps them.
  private func checkKept(
    _ outcomes: [ExampleOutcome], _ architecture: ArchitectureSettings
  ) throws(Impossible) {
    guard let kept else { throw Impossible("\(OutputFile.kept) is missing") }
    let shape = architecture.inputShape
    guard kept.imageShape == [shape[2], shape[0], shape[1]],
      kept.classes == architecture.numClasses
    else { throw Impossible("\(OutputFile.kept): images or logits of another shape") }
    guard kept.labels == outcomes.map({ Int($0.label) }),
      kept.predictions == outcomes.map({ Int($0.prediction) })
    else { throw Impossible("\(OutputFile.kept) does not say what \(OutputFile.outcomes) says") }
  }
}
