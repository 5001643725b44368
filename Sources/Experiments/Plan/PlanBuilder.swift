import Settings

/// Turns a spec into a plan: points outside, seeds inside, every stage once.
package enum PlanBuilder {
  /// The plan of a spec.
  ///
  /// - Parameters:
  ///   - spec: What to run.
  ///   - dataset: The data set that was found for it, its own or the fallback; its limits are
  ///     replaced by the spec's.
  ///   - engineRevision: Of the engine that will run it: part of every key.
  package static func plan(
    _ spec: Spec, dataset: ResolvedDataset, engineRevision: Int
  ) -> Plan {
    var builder = Builder(spec, dataset, engineRevision)
    for point in spec.points.indices {
      for seed in spec.seeds.indices { builder.add(point, seed: seed) }
    }
    let table = builder.table
    return Plan(
      experiment: spec.experiment, description: spec.description, tags: spec.tags,
      dataset: table.dataset(spec.dataset), axes: spec.axes, expansion: spec.expansion,
      seeds: spec.seeds, runs: PlannedRuns(table),
      stages: PlannedStages(table))
  }
}

/// A plan that is being made.
///
/// The text of a key is put together from lines that are made once per different section; a model
/// that is the same as at the last point keeps its keys.
private struct Builder {
  private(set) var table: PlanTable
  private var index = PositionIndex()
  private let tables: SpecPoints.Tables
  private var architectures: [KeyEncoder?]
  private var trainings: [KeyEncoder?]
  private var adversarials: [KeyEncoder?]
  private var openings: [KeyEncoder?]
  private var evaluations: [Evaluation?]
  /// By seed: what the run of the last point was made from, and its stages.
  private var last: [LastRun?]
  /// The first line of a run's digest.
  private let runOpening: KeyEncoder
  /// The text of the key that is being made; its room serves all of them.
  private var text = KeyEncoder()

  /// The lines of an evaluation section on one data set.
  private struct Evaluation {
    var dataset: UInt32
    var attacks: [Attack]
    /// The places of `attacks`, in which no stage comes before one that it reads.
    var order: [Int]
  }

  private struct Attack {
    /// Of the model whose gradients it uses; `nil` for the attacked model's own.
    var source: String?
    /// The first line of its key's text, and what is evaluated.
    var opening: KeyEncoder
    /// `nil` for clean images.
    var lines: KeyEncoder?
    var isRandom: Bool
  }

  private struct LastRun {
    var record: SpecPoints.Record
    var positions: Range<Int>
  }

  init(_ spec: Spec, _ dataset: ResolvedDataset, _ engineRevision: Int) {
    table = PlanTable(
      experiment: spec.experiment, dataset: dataset, axes: spec.axes, points: spec.points,
      seeds: spec.seeds, engineRevision: engineRevision)
    tables = spec.points.tables
    runOpening = KeyEncoder("run", engine: engineRevision)
    func none<Value>(_ count: Int, _ type: Value.Type) -> [Value?] {
      Array(repeating: nil, count: count)
    }
    architectures = none(tables.architectures.values.count, KeyEncoder.self)
    trainings = none(tables.trainings.values.count, KeyEncoder.self)
    adversarials = none(tables.adversarials.values.count, KeyEncoder.self)
    openings = none(tables.datasets.values.count, KeyEncoder.self)
    evaluations = none(tables.evaluations.values.count, Evaluation.self)
    last = none(spec.seeds.count, LastRun.self)
  }

  mutating func add(_ point: Int, seed: Int) {
    let record = table.points.records.values[point]
    let run = table.runCount
    let start = table.positions.count
    let evaluation = evaluation(record)
    let stride = evaluation.attacks.count + 1
    // What is the same as in the last point's run of this seed.
    let previous = last[seed].flatMap {
      $0.record.dataset == record.dataset && $0.record.evaluation == record.evaluation
        && $0.record.models.count == record.models.count ? $0 : nil
    }
    func isUnchanged(_ model: Int) -> Bool {
      previous.map { $0.record.models[model] == record.models[model] } ?? false
    }
    table.starts.append(UInt32(start))
    var trained: [UInt32] = []
    for (position, model) in record.models.enumerated() {
      if isUnchanged(position), let previous {
        trained.append(table.positions[previous.positions.lowerBound + position * stride])
        meet(trained[position], point)
      } else {
        let key = trainKey(record.dataset, tables.models.values[Int(model)], table.seeds[seed])
        trained.append(add(key, run, model: position, part: 0, point))
      }
    }
    for (position, subject) in trained.enumerated() {
      table.positions.append(subject)
      let first = table.positions.count
      table.positions += repeatElement(subject, count: evaluation.attacks.count)
      for part in evaluation.order {
        let source = sourcePosition(evaluation.attacks[part].source, record, position)
        if isUnchanged(position), isUnchanged(source), let previous {
          let known = table.positions[
            previous.positions.lowerBound + position * stride + 1 + part]
          meet(known, point)
          table.positions[first + part] = known
          continue
        }
        EvaluateWork.write(
          to: &text, opening: evaluation.attacks[part].opening,
          subject: table.stages[Int(subject)].key,
          source: table.stages[Int(trained[source])].key, attack: evaluation.attacks[part].lines,
          seed: evaluation.attacks[part].isRandom ? table.seeds[seed] : nil)
        table.positions[first + part] = add(
          text.key, run, model: position, part: part + 1, point)
      }
    }
    table.digests.append(digest(point, table.seeds[seed], record, trained))
    last[seed] = LastRun(record: record, positions: start..<table.positions.count)
  }

  // MARK: Keys

  private mutating func trainKey(
    _ dataset: UInt32, _ model: SpecPoints.Model, _ seed: Int
  ) -> StageKey {
    let opening = cached(&openings[Int(dataset)]) {
      TrainWork.opening(
        table.dataset(tables.datasets.values[Int(dataset)]), engine: table.engineRevision)
    }
    let architecture = cached(&architectures[Int(model.architecture)]) {
      .lines { $0.add(tables.architectures.values[Int(model.architecture)]) }
    }
    let training = cached(&trainings[Int(model.training)]) {
      .lines { $0.add(tables.trainings.values[Int(model.training)]) }
    }
    let adversarial = cached(&adversarials[Int(model.adversarial)]) {
      .lines { $0.add(tables.adversarials.values[Int(model.adversarial)]) }
    }
    TrainWork.write(
      to: &text, opening: opening, architecture: architecture, training: training,
      adversarial: adversarial, seed: seed)
    return text.key
  }

  private func cached(
    _ place: inout KeyEncoder?, _ make: () -> KeyEncoder
  ) -> KeyEncoder {
    if let known = place { return known }
    let lines = make()
    place = lines
    return lines
  }

  private mutating func evaluation(_ record: SpecPoints.Record) -> Evaluation {
    let position = Int(record.evaluation)
    if let known = evaluations[position], known.dataset == record.dataset { return known }
    let settings = tables.evaluations.values[position]
    let dataset = table.dataset(tables.datasets.values[Int(record.dataset)])
    let places = [nil] + settings.attacks.indices.map(Optional.some)
    let attacks = places.map { place in
      let attack = place.map { settings.attacks[$0] }
      let smaller = place.map { settings.smaller(than: $0).map { settings.attacks[$0] } } ?? []
      var source: String?
      if case .model(let name) = attack?.source { source = name }
      var opening = KeyEncoder("evaluate", engine: table.engineRevision)
      opening.add(
        dataset: dataset, split: settings.split, limit: settings.limit(under: attack))
      return Attack(
        source: source, opening: opening,
        lines: attack.map { attack in
          .lines {
            $0.add(attack)
            $0.add(smaller: smaller, than: attack)
          }
        },
        isRandom: attack?.isRandom ?? false)
    }
    let evaluation = Evaluation(
      dataset: record.dataset, attacks: attacks, order: [0] + settings.ascending.map { $0 + 1 })
    evaluations[position] = evaluation
    return evaluation
  }

  private func sourcePosition(
    _ source: String?, _ record: SpecPoints.Record, _ model: Int
  ) -> Int {
    guard let source else { return model }
    let position = record.models.firstIndex { tables.name(of: Int($0)) == source }
    guard let position else {
      preconditionFailure("the decoder let an unknown source through")
    }
    return position
  }

  /// The start of a digest of the point and the trained models, which evaluations do not change:
  /// a spec that gains an attack keeps its runs' names.
  private mutating func digest(
    _ point: Int, _ seed: Int, _ record: SpecPoints.Record, _ trained: [UInt32]
  ) -> UInt32 {
    text.start(runOpening)
    text.add("seed", seed)
    for value in table.points.values(at: point) { text.add("value", value.description) }
    for (model, stage) in zip(record.models, trained) {
      text.add("model", tables.name(of: Int(model)))
      text.add("train", table.stages[Int(stage)].key)
    }
    return UInt32(truncatingIfNeeded: text.key.prefix >> 32)
  }

  // MARK: Stages

  /// The position of a stage, which is added if it is new.
  private mutating func add(
    _ key: StageKey, _ run: Int, model: Int, part: Int, _ point: Int
  ) -> UInt32 {
    let stages = table.stages
    let known = index.find(
      key.prefix, next: stages.count, isEqual: { stages[$0].key == key })
    if let known {
      meet(UInt32(known), point)
      return UInt32(known)
    }
    table.stages.append(
      PlanTable.StageRecord(
        key: key, run: UInt32(run), model: UInt16(model), part: UInt16(part), varying: 0))
    return UInt32(table.stages.count - 1)
  }

  /// Notes in which axes a point differs from the first that needs the stage.
  private mutating func meet(_ stage: UInt32, _ point: Int) {
    let count = table.axes.count
    let first = table.point(of: Int(table.stages[Int(stage)].run))
    guard first != point else { return }
    for axis in 0..<count
    where table.points.values[first * count + axis] != table.points.values[point * count + axis] {
      table.stages[Int(stage)].varying |= 1 << UInt64(axis)
    }
  }
}
