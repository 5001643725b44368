package import SystemPackage

/// Cancels the jobs of an experiment.
package enum SlurmCancel {
  /// What was cancelled.
  package struct Outcome: Hashable, Sendable {
    /// Jobs that were in the queue or ran.
    package var jobs: Int
  }

  /// Cancels by the names of jobs, which nobody else's have; what is stored stays.
  ///
  /// - Parameter folder: The experiment's.
  /// - Throws: `SubmissionError` where Slurm does not do it; `FileError`.
  package static func cancel(in folder: FilePath) async throws -> Outcome {
    let commands = SlurmCommands()
    var jobs = 0
    do {
      for submission in SubmissionFolder.all(in: folder) where !submission.isOver {
        let record = try submission.record()
        let queue = try await commands.queue(names: record.names)
        let live = SlurmRun.look(submission, record, queue).live.count
        if live > 0 { try await commands.cancel(names: record.names) }
        jobs += live
      }
    } catch let problem as SlurmCommands.Problem {
      throw SubmissionError(message: problem.message, suggestion: problem.suggestion)
    }
    return Outcome(jobs: jobs)
  }
}
