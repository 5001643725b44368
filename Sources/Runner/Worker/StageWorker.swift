internal import Settings
internal import Engine
internal import Experiments
internal import Files
internal import Learning
internal import Measurements
internal import SystemPackage

/// Does one stage in this process: reads what it depends on from the store, trains or evaluates,
/// and stores what comes out.
package struct StageWorker {
  private let request: WorkerRequest
  private let store: ContentStore
  private let control: WorkerControl
  private let log: WorkerLog
  private let memory: WorkerMemory
  private let emit: (WorkerEvent) -> Void
  private let clock = ContinuousClock()

  /// - Parameters:
  ///   - log: Gets words for people.
  ///   - memory: Of the stages that were done in this process before.
  ///   - emit: Gets events, several a second.
  package init(
    _ request: WorkerRequest, control: WorkerControl = WorkerControl(), log: WorkerLog,
    memory: WorkerMemory = WorkerMemory(),
    emit: @escaping (WorkerEvent) -> Void
  ) {
    self.request = request
    self.control = control
    self.log = log
    self.memory = memory
    self.emit = emit
    store = ContentStore(FilePath(request.store))
  }

  /// What a stage leaves behind.
  private struct Output {
    var ending: StageManifest.Ending
    var examples: Int
    var files: [String: [UInt8]]
    /// What was trained.
    var model: TrainedModel?
    /// Of workers that were interrupted, whose part of the work this one took over.
    var earlierSeconds = 0.0
  }

  /// - Throws: Whatever keeps the stage from being done, `WorkerStopped` where it is to stop; nothing
  ///   is stored then.
  package func run() throws {
    let start = clock.now
    ProcessMemory.forgetPeak()
    memory.compiled.drop()
    memory.compiled.threads.resize(request.threads ?? 1)
    log.write(request.stage.title)
    let output =
      switch request.stage.work {
      case .train(let work): try train(work)
      case .evaluate(let work): try evaluate(work)
      }
    let seconds = (clock.now - start) / .seconds(1) + output.earlierSeconds
    let peak = ProcessMemory.peak
    log.write("stored after \(Words.seconds(seconds)), peak memory \(Words.megabytes(peak))")
    var files = output.files
    files[OutputFile.log] = Array(log.text.utf8)
    let manifest = StageManifest(
      key: request.stage.key, work: request.stage.work, ending: output.ending,
      programVersion: request.programVersion, environment: memory.environment,
      seconds: seconds, examples: output.examples, peakMemory: peak)
    if let work = request.stage.work.withoutKeep { try storeNumbers(of: work, manifest, files) }
    try store.commit(manifest, files: files)
    // What stays is removed at the end of a run.
    try? store.removeUnfinished(manifest.key)
    // Only now: what a failed stage has used is not used again.
    memory.compiled.keep()
    if let model = output.model { memory.keep(model, of: manifest.key) }
    emit(.finished(seconds: seconds, peakMemory: peak))
  }

  /// Stores the numbers of an evaluation that keeps images under the key that it has without them,
  /// too: nothing is evaluated anew where a spec does not keep them any more.
  private func storeNumbers(
    of work: StageWork, _ manifest: StageManifest, _ files: [String: [UInt8]]
  ) throws {
    let numbers = StageManifest(
      key: work.key, work: work, ending: manifest.ending,
      programVersion: manifest.programVersion, environment: manifest.environment,
      seconds: manifest.seconds, examples: manifest.examples, peakMemory: manifest.peakMemory)
    try store.removeIfDamaged(work.key, .meaning(work))
    try store.commit(numbers, files: files.filter { $0.key != OutputFile.kept })
  }

  private func train(_ work: TrainWork) throws -> Output {
    let all = try open(work.dataset).train
    let architecture = work.architecture.architecture
    try check(architecture, all)
    let split = try work.dataset.validationSplit.map {
      try ValidationSplit(
        all, share: $0, shuffledBy: work.dataset.validationShuffle == true ? work.seed : nil)
    }
    if let warning = split?.warning { log.write("warning: \(warning)") }
    let data: any ExampleSource = split?.training ?? all
    let trainer = try Trainer(
      model: Model(architecture),
      configuration: TrainingConfiguration(
        work.training, method: work.adversarial, seed: work.seed), data: data,
      validation: split?.validation, compiled: memory.compiled)
    var examples = 0
    var throttle = Throttle()
    var saver = TrainingSaver(
      UnfinishedTraining(request.stage.key, in: store, programVersion: request.programVersion),
      of: trainer, work.training, control, log: log)
    func checkpoint(_ parameters: [Float]) -> [UInt8] {
      Checkpoint(architecture: architecture, seed: work.seed, parameters: parameters).encoded()
    }
    let result = try trainer.train(from: saver.snapshot) { epoch, parameters in
      saver.keep(checkpoint(parameters), as: OutputFile.checkpoint(epoch: epoch))
    } progress: { progress in
      let position = WorkerEvent.TrainingPosition(
        epoch: progress.epoch, epochs: progress.epochs, step: progress.step,
        steps: progress.stepsPerEpoch, loss: progress.loss, accuracy: progress.accuracy,
        validationLoss: progress.validationLoss, validationAccuracy: progress.validationAccuracy,
        earlier: saver.earlierSteps(perEpoch: progress.stepsPerEpoch))
      examples = (progress.epoch - 1) * data.count
      if progress.step == progress.stepsPerEpoch {
        examples += data.count
        log.write(Words.epoch(position))
        emit(.epoch(position))
      } else {
        examples += progress.step * min(work.training.batchSize, data.count)
        if throttle.passes() { emit(.training(position)) }
      }
    } betweenSteps: { snapshot in
      try saver.save(snapshot)
    }
    var files = saver.kept
    if let words = Words.ending(stopped: result.stoppedEpoch, restored: result.restoredEpoch) {
      log.write(words)
    }
    logKernels(result.implementations)
    let record = TrainingRecord(
      outcome: result.outcome, history: result.history, stoppedEpoch: result.stoppedEpoch,
      restoredEpoch: result.restoredEpoch, implementations: result.implementations)
    files[OutputFile.training] = try WireFormat.encode(record, pretty: true)
    switch result.outcome {
    case .finished:
      files[OutputFile.weights] = checkpoint(result.parameters)
      return Output(
        ending: .finished, examples: examples, files: files,
        model: TrainedModel(model: Model(architecture), parameters: result.parameters),
        earlierSeconds: saver.earlierSeconds)
    case .diverged(let epoch, let step, let what):
      let reason = "epoch \(epoch), step \(step): \(what)"
      log.write("diverged in \(reason)")
      return Output(
        ending: .diverged(reason: reason), examples: examples, files: files,
        earlierSeconds: saver.earlierSeconds)
    case .untrained(let weight):
      // By the name that the spec gives it.
      let own = Model(architecture).weights.firstIndex { $0.name == weight }
      let named = Model(architecture, layerNames: work.architecture.givenNames)
      throw WorkerError.untrained(own.map { named.weights[$0].name } ?? weight)
    }
  }

  private func evaluate(_ work: EvaluateWork) throws -> Output {
    let data = try open(work.dataset)[work.split]
    let subject = try model(work.subject, work.subjectArchitecture)
    let source =
      work.source == work.subject ? nil : try model(work.source, work.sourceArchitecture)
    try check(subject.model.architecture, data)
    if let source { try check(source.model.architecture, data) }
    try check(work.attack?.target, classes: subject.model.architecture.classes)
    let keepsImages = work.attack?.keep == true
    let examples = min(work.limit ?? data.count, data.count)
    if keepsImages { try checkKept(examples, subject.model.architecture) }
    let evaluator = try Evaluator(
      subject: subject, source: source, attack: work.attack.map(\.computation),
      batchSize: work.batchSize, seed: work.seed, keepsImages: keepsImages,
      smaller: store.smallerEpsilon(of: work, examples: examples), compiled: memory.compiled)
    let unfinished = UnfinishedEvaluation(
      request.stage.key, in: store, programVersion: request.programVersion,
      architecture: subject.model.architecture, keepsImages: keepsImages)
    let (parts, problem) = unfinished.parts(ofAtMost: examples)
    let earlier = parts.last?.end
    if let problem { log.write("not used: \(problem)") }
    if let earlier {
      log.write("goes on after \(earlier) of \(examples) examples, which an earlier run evaluated")
    }
    var throttle = Throttle()
    func report(_ progress: EvaluationProgress) {
      guard progress.done == progress.examples || throttle.passes() else { return }
      emit(.evaluating(WorkerEvent.EvaluationPosition(progress, earlier: earlier)))
    }
    evaluator.expectedCost = work.attack?.passes.cost
    evaluator.onAttackProgress = report
    var saver = PartSaver(unfinished, control, log: log)
    let result = try evaluator.evaluate(
      data, limit: work.limit, after: parts, progress: report, keep: { try saver.save($0) })
    let measurement = result.measurement
    log.write(
      "\(measurement.correct) of \(measurement.examples) correct, loss \(measurement.loss)")
    logKernels(result.implementations)
    var files = [
      OutputFile.evaluation: try WireFormat.encode(EvaluationRecord(result), pretty: true),
      OutputFile.outcomes: ExampleOutcome.encode(result.outcomes),
    ]
    // Clean images are those of the dataset.
    if work.attack != nil {
      files[OutputFile.images] = ImageBytes.encode(result.firstBatch.images)
    }
    files[OutputFile.kept] = result.kept?.encoded()
    return Output(
      ending: .finished, examples: measurement.examples, files: files,
      earlierSeconds: parts.reduce(0) { $0 + $1.seconds })
  }

  /// The dataset that was prepared for the plan, cut to this stage's limits.
  private func open(_ dataset: ResolvedDataset) throws -> Dataset {
    var prepared = request.dataset
    guard prepared.name == dataset.name, prepared.digest == dataset.digest
    else {
      throw WorkerError(
        "the prepared dataset is \(prepared.name.rawValue) (\(prepared.digest)), but the stage needs "
          + "\(dataset.name.rawValue) (\(dataset.digest))")
    }
    prepared.trainLimit = dataset.trainLimit
    prepared.testLimit = dataset.testLimit
    return try memory.open(prepared)
  }

  private func check(_ architecture: Architecture, _ data: Dataset.Split) throws(WorkerError) {
    let shape = [data.height, data.width, data.channels]
    guard architecture.inputShape == shape else {
      throw WorkerError(
        "the images are \(shapeText(shape)), the model's input is "
          + shapeText(architecture.inputShape))
    }
    guard request.dataset.format.classes <= architecture.classes else {
      throw WorkerError(
        "the dataset has \(request.dataset.format.classes) classes, the model "
          + "\(architecture.classes)")
    }
  }

  /// All images of an evaluation go into one file.
  private func checkKept(_ examples: Int, _ architecture: Architecture) throws(WorkerError) {
    let size = KeptImages.size(
      imageSize: architecture.inputShape.reduce(1, *), classes: architecture.classes)
    let most = (KeptImages.largestFile - 4096) / size
    guard examples > most else { return }
    throw WorkerError(
      "`keep` cannot store \(examples) images of an attack, as a file may have 4 GiB: set the"
        + " attack's `limit` to \(most) at most")
  }

  /// Own files have as many classes as their spec says; a request may say anything.
  private func check(_ target: AttackTarget?, classes: Int) throws(WorkerError) {
    guard case .label(let label)? = target, !(0..<classes).contains(label) else { return }
    throw WorkerError("the attack's target is class \(label), the model has \(classes) classes")
  }

  /// A trained model out of the store.
  private func model(_ key: StageKey, _ settings: ArchitectureSettings) throws -> TrainedModel {
    let model = try memory.model(key) { try read(key) }
    guard model.model.architecture == settings.architecture else {
      let path = store.path(of: key).appending(OutputFile.weights)
      throw WorkerError("\(path): weights of another architecture")
    }
    return model
  }

  private func read(_ key: StageKey) throws -> TrainedModel {
    switch store.entry(key) {
    case .absent: throw WorkerError("\(store.path(of: key)): the trained model is not stored")
    case .damaged(let reason): throw WorkerError("\(store.path(of: key)): \(reason)")
    case .whole(let manifest):
      let bytes = try store.read(OutputFile.weights, of: manifest)
      let path = store.path(of: key).appending(OutputFile.weights)
      let checkpoint = try Checkpoint(decoding: bytes, origin: path.string)
      return TrainedModel(
        model: Model(checkpoint.architecture), parameters: checkpoint.parameters)
    }
  }

  private func logKernels(_ implementations: [String]) {
    log.write("kernels, on \(EngineInformation.current.instructionSet.rawValue):")
    for implementation in implementations { log.write("  \(implementation)") }
  }
}

/// Why a worker cannot do its stage.
package struct WorkerError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String
  package init(_ message: String) { self.message = message }

  /// Nothing is stored of such a training: another version of the program may do it right.
  package static func untrained(_ weight: String) -> WorkerError {
    WorkerError(
      "the weight `\(weight)` would never be trained: a step computed no gradient for it. This is a"
        + " bug in nsl-run, not a mistake in the spec: please report it")
  }
  package var description: String { message }
}

/// Lets something through ten times a second at most.
private struct Throttle {
  private let clock = ContinuousClock()
  /// Not at once: what is over sooner has nothing to tell on the way.
  private var next = ContinuousClock.now + .milliseconds(100)

  mutating func passes() -> Bool {
    let now = clock.now
    if now < next { return false }
    next = now + .milliseconds(100)
    return true
  }
}
