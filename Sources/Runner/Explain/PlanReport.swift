internal import Settings
package import Experiments
internal import Learning
internal import Results

/// What `plan` says: a plan, what of it is stored, why not more, and how long the rest will take.
package struct PlanReport: Sendable {
  package let plan: Plan
  package let stored: Set<StageKey>
  package let reasons: [String]
  package let time: PlannedTime
  private let examples: (train: Int, test: Int)

  /// - Parameters:
  ///   - jobs: Stages at a time.
  ///   - environment: Of this process: where data are.
  package init(_ plan: Plan, store: ContentStore, jobs: Int, environment: [String: String]) {
    var comparison = StageComparison(plan, store)
    let library = DatasetLibrary(DatasetLocations(environment: environment))
    let counts = library.counts(
      of: plan.dataset.name, own: plan.dataset.own)
    let estimator = TimeEstimator(
      comparison.manifests,
      cost: StageCost(trainExamples: counts.train, testExamples: counts.test),
      environment: EnvironmentInfo.current.provenance)
    self.plan = plan
    examples = counts
    stored = comparison.stored
    reasons = comparison.reasons()
    time = PlannedTime(plan.stages, stored: stored, jobs: jobs, estimator: estimator)
  }

  /// For people.
  package var text: String {
    plan.text(
      stored: stored, examples: examples,
      remarks: [
        ("why", reasons), ("time", time.lines), ("memory", memoryLines),
        ("results", [EnvironmentInfo.promise]),
      ])
  }

  /// How large the largest model is, and what it needs at least.
  private var memoryLines: [String] {
    guard let need = MemoryNeed.largest(of: plan.stages) else { return [] }
    var lines = [
      "at least \(MachineMemory.words(need.bytes)) for a training; the largest model has "
        + "\(NumberText.grouped(need.parameters)) parameters"
    ]
    guard let available = MachineMemory.total else { return lines }
    if need.bytes > available {
      lines.append("this machine has \(MachineMemory.words(available)): it is not trained here")
    } else if need.bytes > available / time.jobs {
      lines.append(
        "this machine has \(MachineMemory.words(available)): "
          + "\(available / need.bytes) of these run at a time")
    }
    return lines
  }

  /// For programs.
  package var document: Document { Document(self) }

  /// `plan --json`.
  package struct Document: Encodable, Sendable {
    var schemaVersion = 3
    var plan: PlanDocument
    var points: Points
    var stages: [String: Count]
    var reasons: [String]
    var time: Time
    /// Whether the results are the same on every machine.
    var portable = true

    /// What became of the sweep's points.
    struct Points: Encodable, Sendable {
      var written: Int
      var droppedByWhere: Int
      var duplicates: Int
      var run: Int

      enum CodingKeys: String, CodingKey {
        case written, duplicates, run
        case droppedByWhere = "dropped_by_where"
      }
    }

    /// Stages of one kind.
    struct Count: Encodable, Sendable {
      var all: Int
      var stored: Int
      var run: Int
    }

    struct Time: Encodable, Sendable {
      var jobs: Int
      /// `nil` where nothing is known.
      var seconds: Double?
      var work: Double?
      /// Stages to run by what is known of them.
      var stages: [String: Int]
    }

    enum CodingKeys: String, CodingKey {
      case schemaVersion = "schema_version"
      case plan, points, stages, reasons, time, portable
    }
  }
}

extension PlanReport.Document {
  init(_ report: PlanReport) {
    let (time, stored) = (report.time, report.stored)
    var document = PlanDocument(report.plan)
    for (index, key) in report.plan.stages.keys.enumerated() {
      document.stages[index].stored = stored.contains(key)
      document.stages[index].estimate = time.estimate(at: index).map {
        PlanDocument.Estimate(seconds: $0.seconds, basis: $0.basis.rawValue, stages: $0.stages)
      }
    }
    plan = document
    let expansion = report.plan.expansion
    points = Points(
      written: expansion.written, droppedByWhere: expansion.droppedByWhere,
      duplicates: expansion.duplicates, run: expansion.kept)
    stages = [:]
    for (name, isTraining) in [("train", true), ("evaluate", false)] {
      let kind = report.plan.stages.indices.filter {
        report.plan.stages.isTraining(at: $0) == isTraining
      }
      let old = kind.count { stored.contains(report.plan.stages.key(at: $0)) }
      stages[name] = Count(all: kind.count, stored: old, run: kind.count - old)
    }
    reasons = report.reasons
    var counts = ["unknown": time.unknown]
    for basis in [TimeEstimator.Basis.same, .architecture] {
      counts[basis.rawValue] = time.stages[basis] ?? 0
    }
    let isKnown = time.isKnown || time.unknown == 0
    self.time = Time(
      jobs: time.jobs, seconds: isKnown ? time.seconds : nil, work: isKnown ? time.work : nil,
      stages: counts)
  }
}
