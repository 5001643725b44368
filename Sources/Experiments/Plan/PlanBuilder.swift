/// Turns a spec into a plan: points outside, seeds inside, every stage once.
package enum PlanBuilder {
  /// The plan of a spec.
  ///
  /// - Parameters:
  ///   - spec: What to run.
  ///   - dataset: The data set that was found for it, its own or the fallback; its limits are
  ///     replaced by the spec's.
  package static func plan(_ spec: Spec, dataset: ResolvedDataset) -> Plan {
    var builder = Builder(spec: spec, dataset: dataset)
    for point in spec.points {
      for seed in spec.seeds { builder.add(point, seed: seed) }
    }
    return builder.finish()
  }
}

/// A plan that is being made.
private struct Builder {
  let spec: Spec
  let dataset: ResolvedDataset
  private var runs: [PlannedRun] = []
  private var stages: [Stage] = []
  private var positions: [StageKey: Int] = [:]
  /// For each stage and axis the only value it is needed for, or `nil` where there are several.
  private var constants: [[AxisValue?]] = []

  init(spec: Spec, dataset: ResolvedDataset) {
    self.spec = spec
    self.dataset = dataset
  }

  mutating func add(_ point: SpecPoint, seed: Int) {
    let settings = point.settings
    let dataset = limited(to: settings.dataset)
    var trained: [String: TrainWork] = [:]
    var keys: [String: StageKey] = [:]
    for model in settings.models {
      let work = TrainWork(
        dataset: dataset, architecture: model.architecture, training: model.training,
        adversarial: model.adversarial, seed: seed)
      trained[model.name] = work
      keys[model.name] = work.key
      add(
        Stage(
          key: work.key, work: .train(work), dependencies: [], title: "train \(model.name)"),
        point)
    }
    let models = settings.models.map { model in
      guard let subject = keys[model.name] else { preconditionFailure("a model is not trained") }
      let attacks = [nil] + settings.evaluation.attacks.map(Optional.some)
      let evaluations = attacks.map { attack in
        let source = sourceName(of: attack, attacking: model)
        guard let sourceKey = keys[source], let sourceWork = trained[source] else {
          preconditionFailure("the decoder let an unknown source through")
        }
        let work = EvaluateWork(
          dataset: dataset, subject: subject, subjectArchitecture: model.architecture,
          source: sourceKey, sourceArchitecture: sourceWork.architecture, attack: attack,
          split: settings.evaluation.split,
          limit: [settings.evaluation.limit, attack?.limit].compactMap { $0 }.min(),
          batchSize: settings.evaluation.batchSize, seed: seed)
        let key = work.key
        let dependencies = subject == sourceKey ? [subject] : [subject, sourceKey]
        add(
          Stage(
            key: key, work: .evaluate(work), dependencies: dependencies,
            title: "evaluate \(model.name) \(attack?.words ?? "clean")"), point)
        return PlannedEvaluation(attack: attack, stage: key)
      }
      return PlannedModel(settings: model, train: subject, evaluations: evaluations)
    }
    let name = runName(point, seed, models)
    runs.append(
      PlannedRun(
        index: runs.count, name: name, point: point.values, seed: seed, models: models,
        resolvedSpec: ResolvedSpec.yaml(
          experiment: ResolvedSpec.name(spec.experiment, run: name), settings: settings,
          dataset: dataset, seed: seed)))
  }

  private func limited(to settings: DatasetSettings) -> ResolvedDataset {
    ResolvedDataset(
      name: dataset.name, digest: dataset.digest, trainLimit: settings.trainLimit,
      testLimit: settings.testLimit)
  }

  private func sourceName(of attack: AttackSettings?, attacking model: ModelSettings) -> String {
    if case .model(let name) = attack?.source { name } else { model.name }
  }

  /// Adds a stage if it is new, and notes for which point it is needed.
  private mutating func add(_ stage: Stage, _ point: SpecPoint) {
    if let position = positions[stage.key] {
      for (axis, value) in point.values.enumerated() where constants[position][axis] != value {
        constants[position][axis] = nil
      }
    } else {
      positions[stage.key] = stages.count
      stages.append(stage)
      constants.append(point.values)
    }
  }

  /// The index and the start of a digest of the trained models, which evaluations do not change:
  /// a spec that gains an attack keeps its runs' names.
  private func runName(_ point: SpecPoint, _ seed: Int, _ models: [PlannedModel]) -> String {
    var encoder = KeyEncoder("run")
    encoder.add("seed", seed)
    for value in point.values { encoder.add("value", value.description) }
    for model in models {
      encoder.add("model", model.settings.name)
      encoder.add("train", model.train)
    }
    let index = String(runs.count)
    let zeros = String(repeating: "0", count: max(0, 3 - index.count))
    return "\(zeros)\(index)-\(encoder.digest.prefix(8))"
  }

  func finish() -> Plan {
    // Only what a stage depends on belongs in its title: `base` is the same all along an axis.
    var titled = stages
    for index in titled.indices {
      for (axis, value) in zip(spec.axes, constants[index]) where axis.values.count > 1 {
        if let value { titled[index].title += " \(axis.column)=\(value)" }
      }
      switch titled[index].work {
      case .train(let work): titled[index].title += " seed=\(work.seed)"
      case .evaluate(let work): titled[index].title += " seed=\(work.seed)"
      }
    }
    return Plan(
      experiment: spec.experiment, dataset: limited(to: spec.dataset), axes: spec.axes,
      runs: runs, stages: titled)
  }
}

extension AttackSettings {
  /// `fgsm epsilon=0.2 source=base`.
  fileprivate var words: String {
    var words = "\(label) epsilon=\(epsilon)"
    if norm != .infinity { words += " norm=\(norm.rawValue)" }
    if case .model(let name) = source { words += " source=\(name)" }
    return words
  }
}
