package import Experiments
internal import PlainText
package import Results
package import Settings
package import SystemPackage
package import Tracking

/// What the command line says about a run.
package struct RunOptions: Sendable {
  /// The spec's path, as the user gave it; `-` for standard input.
  package var spec: String
  /// What the command line changes of it.
  package var overrides: [SpecOverride]
  package var resultsFolder: FilePath
  /// Trainings and evaluations that run in parallel, at least 1; `nil` for as many as there are
  /// processors for.
  package var jobs: Int?
  /// Of each of them, at least 1, instead of what the spec says; `nil` for the spec's.
  package var threads: Int?
  package var failurePolicy: Scheduler.FailurePolicy
  /// For each attempt at a stage; `nil` for what the spec says.
  package var timeout: StageTime?
  /// How often a stage that has crashed is begun again; `nil` for what the spec says.
  package var retries: Int?
  package var verbosity: Verbosity
  /// How the run is shown.
  package var progress = ProgressMode.auto
  /// Other formats in which the results are written, too.
  package var tracking: [TrackingFormat]
  /// The word of a launcher that takes the place of the spec's; `nil` for the spec's own.
  package var launcher: String?
  /// Whether to hand the stages in to a cluster and not to wait for them.
  package var isDetached = false
  package var programVersion: String
  /// Of this process: where data are, what the terminal can do.
  package var environment: [String: String]
  /// Told of the spec once it is read: of its warnings, say.
  package var onSpec: @Sendable (Spec) -> Void

  package init(
    spec: String, overrides: [SpecOverride] = [], resultsFolder: FilePath = "results",
    jobs: Int? = nil,
    failurePolicy: Scheduler.FailurePolicy = .keepGoing, timeout: StageTime? = nil,
    verbosity: Verbosity = .normal, tracking: [TrackingFormat] = [], programVersion: String,
    environment: [String: String],
    onSpec: @escaping @Sendable (Spec) -> Void = { _ in }
  ) {
    precondition(jobs.map { $0 > 0 } ?? true, "no jobs")
    self.spec = spec
    self.overrides = overrides
    self.resultsFolder = resultsFolder
    self.jobs = jobs
    self.failurePolicy = failurePolicy
    self.timeout = timeout
    self.verbosity = verbosity
    self.tracking = tracking
    self.programVersion = programVersion
    self.environment = environment
    self.onSpec = onSpec
  }

  /// Where the stages of a spec run.
  func launcher(of spec: Spec) -> LauncherSettings {
    guard let launcher, launcher != spec.launcher.word else { return spec.launcher }
    return LauncherSettings.alternatives.first { $0.word == launcher }?.preset ?? spec.launcher
  }

  /// What stages of a spec may cost.
  func execution(of spec: Spec) -> ExecutionSettings {
    var execution = spec.execution
    execution.retries = retries ?? execution.retries
    execution.timeout = timeout ?? execution.timeout
    return execution
  }

  /// Threads of each stage of a spec; `nil` to divide what is idle.
  package func threads(of spec: Spec) -> Int? { threads ?? spec.threads }

  /// Stages of a spec at once.
  package func jobs(of spec: Spec) -> Int {
    jobs ?? max(1, EnvironmentInfo.availableCores / (threads(of: spec) ?? 1))
  }

  /// The store that all experiments share.
  package var store: ContentStore { ContentStore(resultsFolder.appending(".store")) }
}

extension ProgressDisplay {
  /// On standard error.
  convenience init(_ options: RunOptions) {
    let environment = options.environment
    self.init(
      terminal: .standardError(environment: environment), verbosity: options.verbosity,
      mode: options.progress, write: { StandardStream.error.write($0.logged(in: environment)) })
  }
}

/// The outcome of a run.
package struct RunSummary: Sendable {
  package var experiment: String
  /// `results/<experiment>/`.
  package var folder: FilePath
  /// Empty where the run was interrupted.
  package var table: ResultTable
  /// Of the table; `nil` where the run was interrupted.
  package var claims: ClaimText?
  /// Stages that ended in this run.
  package var stagesRun: Int
  /// Stages that were stored before it.
  package var stagesStored: Int
  package var stagesTotal: Int
  /// What failed by itself, in the plan's order: neither what was cancelled nor what depends on
  /// other failures.
  package var failures: [Failure]
  /// Models of runs that have rows with numbers, but whose training had to be done again and failed:
  /// of these `runs/` holds what it held before, if anything.
  package var unmadeModels = 0
  package var seconds: Double
  /// Whether the experiment's folder held all of it already.
  package var isUnchanged = false
  /// What was handed in to a cluster, where nobody waits for it.
  package var detached: Detached?
  /// Stages that are not stored and may still be: their jobs run, or wait.
  package var unfinished = 0
  /// There was no room on the disk: the run was stopped, or its tables could not be written.
  package var diskFull: DiskFull?
  /// Whether there are tables of this run.
  package var hasTables = false
  /// Ctrl-C or `kill`: the tables are as they were, and the same command goes on.
  package var wasInterrupted: Bool

  /// Jobs that nobody waits for.
  package struct Detached: Hashable, Sendable {
    /// Stages that they do.
    package var stages: Int
    package var jobs: Int
    /// Slurm's numbers of the arrays.
    package var arrays: [Int]
  }

  /// A stage that failed.
  package struct Failure: Codable, Hashable, Sendable {
    /// The stage in words.
    package var title: String
    package var status: RowStatus
    /// In one line.
    package var reason: String
    /// How often it was begun.
    package var attempts = 0
  }

  package var failedRows: Int { table.rows.count { $0.status != .ok } }

  /// 130 where the run was interrupted, 1 where rows or stages failed, else 0.
  package var exitStatus: Int32 {
    wasInterrupted ? 130 : failedRows > 0 || !failures.isEmpty || diskFull != nil ? 1 : 0
  }
}
