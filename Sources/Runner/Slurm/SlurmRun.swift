internal import Experiments
internal import Files
internal import Glibc
internal import Learning
internal import Settings
internal import SystemPackage

/// Why stages cannot be handed in to Slurm.
package struct SubmissionError: Error, Hashable, Sendable {
  /// Without a full stop.
  package var message: String
  package var suggestion: String?
}

/// Runs the stages of an experiment as jobs of a Slurm cluster.
///
/// Each job runs its stages as a run on one machine does (``ElementWorker``). What stands in the store
/// is the truth; jobs and their events only say why something is not there. So nothing is lost where
/// this process ends, and it may be started again at any time: jobs that are under way are waited for.
struct SlurmRun {
  var experiment: String
  /// The experiment's folder, from the root.
  var folder: FilePath
  var store: ContentStore
  var dataset: PreparedDataset
  var settings: Slurm
  var programVersion: String
  /// The program, by a path that all nodes have.
  var executable: FilePath
  /// Of each stage; `nil` to divide a job's processors among its stages.
  var threads: Int?
  /// What stages may cost.
  var execution: ExecutionSettings
  /// Of the data that stages read.
  var cost: StageCost
  var commands = SlurmCommands()

  /// A submission that is under way.
  struct Open {
    var folder: SubmissionFolder
    var record: Submission
  }

  /// - Throws: `SubmissionError` where there is no Slurm, or it does not answer.
  static func checkCommands() async throws(SubmissionError) {
    do {
      _ = try await SlurmCommands().largestArray()
    } catch {
      throw SubmissionError(message: error.message, suggestion: error.suggestion)
    }
  }

  // MARK: Handing in

  /// Hands in what is missing and not under way already.
  ///
  /// - Parameters:
  ///   - stages: Those that are not stored, every one after its dependencies.
  ///   - seconds: How long a stage will take; `nil` where that is not known.
  /// - Returns: All submissions that are under way, the new one last.
  /// - Throws: `SubmissionError` where Slurm refuses; nothing new is under way then. `FileError`.
  func submit(_ stages: [Stage], seconds: (Stage) -> Double?) async throws -> [Open] {
    let largest: Int
    let (open, covered): ([Open], Set<StageKey>)
    do {
      largest = try await commands.largestArray()
      (open, covered) = try await underWay()
    } catch let problem as SlurmCommands.Problem {
      throw SubmissionError(message: problem.message, suggestion: problem.suggestion)
    }
    // What begins when another job has ended waits in vain where that job has to be done anew.
    var anew: Set<StageKey> = []
    for stage in stages
    where !covered.contains(stage.key) || stage.dependencies.contains(where: anew.contains) {
      anew.insert(stage.key)
    }
    let rest = stages.filter { anew.contains($0.key) }
    guard !rest.isEmpty else { return open }
    let isWaiting = rest.contains { stage in
      stage.dependencies.contains { covered.contains($0) && !anew.contains($0) }
    }
    let earlier = isWaiting ? open.flatMap { $0.record.batches.compactMap(\.job) } : []
    let plan = ElementPlan(rest, processors: settings.cpusPerTask, seconds: seconds)
    return open + [try await submit(plan, after: earlier, largestArray: largest, seconds)]
  }

  private func submit(
    _ plan: ElementPlan, after earlier: [Int], largestArray: Int, _ seconds: (Stage) -> Double?
  ) async throws -> Open {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    let token = String(repeating: "0", count: 16 - digits.count) + digits
    var record = Submission(
      plan, experiment: experiment, token: token, created: Int(Glibc.time(nil)),
      programVersion: programVersion, settings: settings, largestArray: largestArray)
    let folder = SubmissionFolder(token: token, in: self.folder)
    try folder.createFolders()
    for (element, stages) in plan.levels.joined().enumerated() {
      let request = ElementRequest(
        stages: stages, dataset: dataset, store: store.folder.string,
        programVersion: programVersion, cores: settings.cpusPerTask, threads: threads,
        timeLimit: execution.timeout?.seconds, retries: execution.retries,
        patience: stages.map {
          Patience.seconds(for: $0.work, cost: cost, estimate: seconds($0))
        })
      try AtomicFile.write(WireFormat.encode(request), to: folder.requestPath(element))
    }
    try folder.write(record)
    do {
      for index in record.batches.indices {
        let batch = record.batches[index]
        let before = record.batches.filter { $0.level == batch.level - 1 }.compactMap(\.job)
        let script = SlurmScript(
          name: batch.name,
          purpose: "made by nsl-run \(programVersion): part \(index + 1) of \(experiment)",
          count: batch.count, first: batch.first, after: batch.level == 0 ? earlier : before,
          settings: settings, executable: executable.string, folder: folder.path.string)
        try AtomicFile.write(script.text, to: folder.scriptPath(index))
        record.batches[index].job = try await commands.submit(folder.scriptPath(index))
        try folder.write(record)
      }
    } catch {
      // What was handed in would run for nobody.
      try? await commands.cancel(names: record.names)
      try? folder.markOver()
      guard let problem = error as? SlurmCommands.Problem else { throw error }
      throw SubmissionError(message: problem.message, suggestion: problem.suggestion)
    }
    return Open(folder: folder, record: record)
  }

  // MARK: What is under way

  /// Submissions with jobs in the queue, and the stages that these will do.
  private func underWay() async throws -> ([Open], Set<StageKey>) {
    var open: [Open] = []
    var covered: Set<StageKey> = []
    for folder in SubmissionFolder.all(in: folder) where !folder.isOver {
      var record = try folder.record()
      let queue = try await commands.queue(names: record.names)
      for index in record.batches.indices where record.batches[index].job == nil {
        // The process that handed it in ended before it could note its number.
        record.batches[index].job = queue.job(named: record.batches[index].name)
      }
      try folder.write(record)
      let look = Self.look(folder, record, queue)
      if look.live.isEmpty {
        try folder.write(look.endings)
        try folder.markOver()
        continue
      }
      open.append(Open(folder: folder, record: record))
      // A job that is ending (it was cancelled, say) does nothing more.
      let left = Set(look.leaving.flatMap { record.elements[$0] }.map(\.key))
      for (key, state) in look.states where !left.contains(key) {
        switch state {
        case .waiting, .running: covered.insert(key)
        case .ended, .vanished: break
        }
      }
    }
    return (open, covered)
  }

  /// What a submission has come to, read anew.
  static func look(
    _ folder: SubmissionFolder, _ record: Submission, _ queue: SlurmQueue?,
    lastWordsIn store: ContentStore? = nil
  ) -> SubmissionStates {
    SubmissionStates(
      record,
      logs: { element in
        var tail = EventTail(folder.eventsPath(element))
        _ = tail.read()
        return tail.log
      }, queue: queue, endings: folder.endings,
      lastWords: { key in store.flatMap { LastWords.left(by: key, in: $0) } },
      output: { folder.output(of: $0, record) })
  }
}
