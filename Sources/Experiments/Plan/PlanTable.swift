import Settings

/// A whole plan in few bytes: what `PlannedRuns` and `PlannedStages` make their elements from.
struct PlanTable: Sendable {
  /// A stage by the first run that needs it.
  struct StageRecord: Sendable {
    var key: StageKey
    var run: UInt32
    /// The model's position in its run.
    var model: UInt16
    /// 0 for the training, else the evaluation's position plus 1; clean images come first.
    var part: UInt16
    /// A bit for each axis in which the runs that need it differ.
    var varying: UInt64
  }

  let experiment: String
  /// With the limits of each point's own.
  let dataset: ResolvedDataset
  let axes: [Axis]
  let points: SpecPoints
  let seeds: [Int]
  let engineRevision: Int
  var stages: [StageRecord] = []
  /// The beginning of each run's digest.
  var digests: [UInt32] = []
  /// For each run where its stages begin in `positions`.
  var starts: [UInt32] = []
  /// Positions of stages: by run and model the training, then its evaluations.
  var positions: [UInt32] = []

  var runCount: Int { digests.count }

  func point(of run: Int) -> Int { run / seeds.count }
  func seed(of run: Int) -> Int { seeds[run % seeds.count] }

  func dataset(_ settings: DatasetSettings) -> ResolvedDataset {
    ResolvedDataset(
      name: dataset.name, digest: dataset.digest, own: dataset.own,
      trainLimit: settings.trainLimit, testLimit: settings.testLimit,
      validationSplit: settings.validationSplit > 0 ? settings.validationSplit : nil,
      validationShuffle: settings.validationShuffle ? true : nil)
  }

  /// `007-0123abcd`.
  func name(of run: Int) -> String {
    let hex = String(digests[run], radix: 16)
    return padded(String(run), to: 3) + "-" + padded(hex, to: 8)
  }

  private func padded(_ digits: String, to width: Int) -> String {
    String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  // MARK: Elements

  func run(_ index: Int) -> PlannedRun {
    let settings = points[point(of: index)].settings
    let name = name(of: index)
    var position = Int(starts[index])
    let models = settings.models.map { model in
      let train = stages[Int(positions[position])].key
      position += 1
      let attacks = [nil] + settings.evaluation.attacks.map(Optional.some)
      let places = [nil] + settings.evaluation.positions.map(Optional.some)
      let evaluations = zip(attacks, places).map { attack, place in
        defer { position += 1 }
        return PlannedEvaluation(
          attack: attack, position: place, stage: stages[Int(positions[position])].key)
      }
      return PlannedModel(settings: model, train: train, evaluations: evaluations)
    }
    return PlannedRun(
      index: index, name: name, point: points.values(at: point(of: index)),
      seed: seed(of: index), models: models,
      resolvedSpec: ResolvedSpec.yaml(
        experiment: ResolvedSpec.name(experiment, run: name), settings: settings,
        dataset: dataset(settings.dataset), seed: seed(of: index)))
  }

  func stage(_ position: Int) -> Stage {
    let record = stages[position]
    let settings = points[point(of: Int(record.run))].settings
    let name = settings.models[Int(record.model)].name
    let attack =
      record.part <= 1 ? nil : settings.evaluation.attacks[Int(record.part) - 2]
    let start =
      record.part == 0 ? "train \(name)" : "evaluate \(name) \(attack?.words ?? "clean")"
    return Stage(
      key: record.key, work: work(position), dependencies: dependencies(of: position),
      title: title(start, record))
  }

  /// What a stage does, without its name.
  func work(_ position: Int) -> StageWork {
    let record = stages[position]
    let run = Int(record.run)
    let settings = points[point(of: run)].settings
    let model = settings.models[Int(record.model)]
    let dataset = dataset(settings.dataset)
    guard record.part > 0 else {
      return .train(
        TrainWork(
          dataset: dataset, architecture: model.architecture, training: model.training,
          adversarial: model.adversarial, seed: seed(of: run), engineRevision: engineRevision))
    }
    let attack =
      record.part == 1 ? nil : settings.evaluation.attacks[Int(record.part) - 2]
    let (subject, source) = models(of: record)
    let smaller = record.part == 1 ? [] : settings.evaluation.smaller(than: Int(record.part) - 2)
    return .evaluate(
      EvaluateWork(
        dataset: dataset, subject: trained(subject, in: run),
        subjectArchitecture: model.architecture, source: trained(source, in: run),
        sourceArchitecture: settings.models[source].architecture,
        attack: attack?.evaluated,
        smaller: smaller.isEmpty ? nil : smaller.map { settings.evaluation.attacks[$0].evaluated },
        split: settings.evaluation.split,
        limit: settings.evaluation.limit(under: attack),
        batchSize: settings.evaluation.batchSize, seed: seed(of: run),
        engineRevision: engineRevision))
  }

  /// The keys of the stages that a stage reads: trainings, then the evaluation at the next smaller
  /// epsilon of its list.
  func dependencies(of position: Int) -> [StageKey] {
    let record = stages[position]
    guard record.part > 0 else { return [] }
    let models = models(of: record)
    let subject = trained(models.subject, in: Int(record.run))
    let source = trained(models.source, in: Int(record.run))
    let trainings = subject == source ? [subject] : [subject, source]
    let evaluation = evaluation(of: record)
    guard record.part > 1, let before = evaluation.smaller(than: Int(record.part) - 2).last else {
      return trainings
    }
    let place = models.subject * (evaluation.attacks.count + 2) + 2 + before
    return trainings + [stages[Int(positions[Int(starts[Int(record.run)]) + place])].key]
  }

  /// Whether other stages may read a stage: trainings, and evaluations at all but the largest epsilon
  /// of some lists.
  func isRead(_ position: Int) -> Bool {
    let record = stages[position]
    guard record.part > 1 else { return record.part == 0 }
    return evaluation(of: record).isContinued(Int(record.part) - 2)
  }

  private func evaluation(of record: StageRecord) -> EvaluationSettings {
    points.tables.evaluations.values[
      Int(points.records.values[point(of: Int(record.run))].evaluation)]
  }

  /// The positions in their run of the model that is asked and of the one whose gradients are used.
  private func models(of record: StageRecord) -> (subject: Int, source: Int) {
    let subject = Int(record.model)
    let point = points.records.values[point(of: Int(record.run))]
    let attacks = points.tables.evaluations.values[Int(point.evaluation)].attacks
    guard record.part > 1, case .model(let name) = attacks[Int(record.part) - 2].source else {
      return (subject, subject)
    }
    let source = point.models.firstIndex { points.tables.name(of: Int($0)) == name }
    guard let source else { preconditionFailure("the decoder let an unknown source through") }
    return (subject, source)
  }

  private func trained(_ model: Int, in run: Int) -> StageKey {
    let point = points.records.values[point(of: run)]
    let attacks = points.tables.evaluations.values[Int(point.evaluation)].attacks.count
    return stages[Int(positions[Int(starts[run]) + model * (attacks + 2)])].key
  }

  /// Only what a stage depends on belongs in its title: `base` is the same all along an axis.
  private func title(_ start: String, _ record: StageRecord) -> String {
    var title = start
    let run = Int(record.run)
    for (index, value) in points.values(at: point(of: run)).enumerated()
    where axes[index].values.count > 1 && record.varying & 1 << UInt64(index) == 0
      && value != .absent
    {
      title += " \(axes[index].column)=\(value.words)"
    }
    return title + " seed=\(seed(of: run))"
  }
}

extension AttackSettings {
  /// `fgsm epsilon=0.2 source=base`, `rotation-3`.
  fileprivate var words: String {
    guard hasBall else { return name }
    var words = "\(name) epsilon=\(epsilon.radiusText)"
    if norm != .infinity { words += " norm=\(norm.name)" }
    if case .model(let source) = source { words += " source=\(source)" }
    return words
  }
}
