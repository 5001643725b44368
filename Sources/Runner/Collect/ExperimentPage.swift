internal import Experiments
internal import Files
internal import Learning
internal import Measurements
internal import Report
internal import Results
internal import Settings
internal import SystemPackage

/// Where an experiment's spec is from.
package struct SpecOrigin: Sendable {
  /// The spec as it was written; `nil` where it cannot be read again, such as from a pipe.
  package var text: String?
  /// The command that repeats the experiment; `nil` where it is not known.
  package var command: String?

  package init() {}

  /// As `results.json` has it.
  init(_ written: WrittenSpec?) {
    text = written?.text
    command = written?.command
  }

  /// For `results.json`; `nil` where nothing is known.
  var written: WrittenSpec? {
    text == nil && command == nil ? nil : WrittenSpec(text: text, command: command)
  }

  init(_ options: RunOptions) {
    text = try? FileSystem.readText(FilePath(options.spec), limit: 1 << 16)
    command = (["nsl-run", options.spec] + options.overrides.map(\.asTyped)).joined(separator: " ")
  }
}

/// `report.html`: what the stages of an experiment came to, as a page for people.
struct ExperimentPage {
  static let fileName = "report.html"

  let collection: Collection
  let provenance: Provenance
  let origin: SpecOrigin

  /// More runs are in the tables; the page shows images and confusions of the first ones.
  private static let mostPictures = 8
  private static let mostConfusions = 8
  private static let mostTrainings = 64
  private static let mostClasses = 20

  func html() throws -> String { try report().html() }

  private func report() throws -> ExperimentReport {
    let plan = collection.plan
    var report = ExperimentReport(name: plan.experiment, results: collection.table)
    report.question = plan.description
    report.tags = plan.tags
    report.answer = collection.claims.answer
    report.paths = Dictionary(
      zip(collection.table.axes, plan.axes.map(\.path))
    ) { first, _ in first }
    report.statuses = collection.ended
    report.plannedStages = plan.stages.count
    report.origin.provenance = provenance
    report.origin.spec = origin.text
    report.origin.command = origin.command
    report.origin.planKey = ContentStore.digest(
      Array(plan.stages.map(\.key.hex).joined(separator: "\n").utf8))
    report.kinds = kinds
    report.trainings = trainings
    report.confusions = try confusions()
    report.pictures = try pictures()
    return report
  }

  private var kinds: [String: AttackKind] {
    var kinds: [String: AttackKind] = [:]
    for model in collection.plan.runs.first?.models ?? [] {
      for attack in model.evaluations.compactMap(\.attack) {
        let isNoise = attack.method.word.hasPrefix("noise-")
        kinds[attack.name] = attack.hasBall ? (isNoise ? .noise : .attack) : .corruption
      }
    }
    return kinds
  }

  /// Each training once.
  private var trainings: [TrainingHistory] {
    let plan = collection.plan
    var known: Set<StageKey> = []
    var found: [TrainingHistory] = []
    for run in plan.runs {
      for model in run.models where found.count < Self.mostTrainings {
        guard known.insert(model.train).inserted, let record = collection.trainings[model.train],
          !record.history.isEmpty
        else { continue }
        let point = model.evaluations.first.map { $0.point(run, plan.axes).map(\.description) }
        found.append(
          TrainingHistory(
            model: model.settings.name, point: point ?? plan.axes.map { _ in "" }, seed: run.seed,
            epochs: HistoryTable(rows: record.history)))
      }
    }
    return found
  }

  /// Of the first run's models: on clean images, and under the attack that leaves least.
  private func confusions() throws -> [ConfusionMatrix] {
    guard let run = collection.plan.runs.first else { return [] }
    let subtitle = (["run \(run.name)"] + collection.plan.facts(of: run)).joined(separator: ", ")
    var found: [ConfusionMatrix] = []
    for model in run.models where found.count + 2 <= Self.mostConfusions {
      let clean = model.evaluations.first { $0.attack == nil }
      let strongest = model.evaluations.filter { $0.attack?.hasBall == true }
        .compactMap { evaluation in
          collection.evaluation(evaluation.stage).map { (evaluation, $0.measurement.accuracy) }
        }.min { $0.1 < $1.1 }?.0
      for evaluation in [clean, strongest].compactMap(\.self) {
        guard let outcomes = try collection.outcomes(of: evaluation.stage),
          let counts = counts(outcomes)
        else { continue }
        let attack = evaluation.attack.map {
          "\($0.name) \($0.norm.name) \($0.epsilon.radiusText), source \($0.source.name)"
        }
        found.append(
          ConfusionMatrix(
            model: model.settings.name, attack: attack ?? "clean", subtitle: subtitle,
            counts: counts, classNames: collection.classNames))
      }
    }
    return found
  }

  /// `[K, K]`; `nil` for more classes than a page shows. What is no number is of no class.
  private func counts(_ outcomes: [ExampleOutcome]) -> [[Int]]? {
    let classes = 1 + Int(outcomes.map { max($0.label, $0.prediction) }.max() ?? 0)
    guard (2...Self.mostClasses).contains(classes) else { return nil }
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for outcome in outcomes where outcome.prediction >= 0 {
      counts[Int(outcome.label)][Int(outcome.prediction)] += 1
    }
    return counts
  }

  private func pictures() throws -> [ImageGrid] {
    guard let run = collection.plan.runs.first else { return [] }
    let maker = PictureMaker(store: collection.store)
    return try Picture.all(of: run, in: collection).prefix(Self.mostPictures).map(maker.grid)
  }
}
