internal import Experiments
internal import Learning
internal import Measurements
internal import Results
internal import Settings
internal import Tracking

extension TrackedExperiment {
  /// What tools are told of an experiment that has come to its end: each model of each run.
  ///
  /// - Parameter pictures: Draws the pictures when they are asked for.
  /// - Throws: `FileError` or `StoreError` where what was stored a moment ago is not there.
  init(_ collection: Collection, pictures: PictureMaker) throws {
    let plan = collection.plan
    var maker = TrainingMaker(collection: collection, pictures: pictures)
    let trainings = try plan.runs.flatMap { run in try maker.trainings(of: run) }
    self.init(
      name: plan.experiment, description: plan.description, tags: plan.tags,
      axes: collection.table.axes, trainings: trainings)
  }
}

/// Makes what tools are told of the models of a run.
private struct TrainingMaker {
  let collection: Collection
  private let png: (Picture) throws -> [UInt8]
  private var rows: ModelRows

  init(collection: Collection, pictures: PictureMaker) {
    self.collection = collection
    var pictures = pictures
    png = { try pictures.png($0) }
    rows = collection.modelRows
  }

  mutating func trainings(of run: PlannedRun) throws -> [TrackedTraining] {
    let pictures = Picture.all(of: run, in: collection)
    return try run.models.map { model in
      try training(model, of: run, pictures)
    }
  }

  private mutating func training(
    _ model: PlannedModel, of run: PlannedRun, _ pictures: [Picture]
  ) throws -> TrackedTraining {
    let name = model.settings.name
    let rows = try collection.rows(of: model, in: run, &rows)
    let status = status(of: model, rows.map(\.row))
    var training = TrackedTraining(
      run: run.name, model: name, identifier: identifier(of: model, in: run), seed: run.seed,
      point: run.point.map(TrackedValue.init), ending: status.ending, status: status.rawValue)
    let result = collection.result(model.train)
    let work = result.manifest.flatMap { collection.store.entry($0.key).manifest?.work }
    training.settings = model.settings.tracked(as: work)
    training.evaluations = EvaluationNames(rows: rows, axes: collection.plan.axes).evaluations
    let table = ResultTable(axes: collection.table.axes, rows: rows.map(\.row)).csv.text
    training.tables = [
      TrackedArtifact("results.csv", text: table),
      TrackedArtifact("spec.yaml", text: run.resolvedSpec),
    ]
    if let record = collection.trainings[model.train] {
      let history = HistoryTable(rows: record.history).csv
      training.curves = TrackedCurve.all(of: history)
      training.tables.append(TrackedArtifact("history.csv", text: history.text))
    }
    let shown = pictures.filter { $0.predictions.contains { $0.model == name } }
    training.pictures = shown.map { [png] picture in
      TrackedArtifact(picture.stem, origin: picture.origin) { try png(picture) }
    }
    return training
  }

  /// The first that is not `ok`, of the training or of the rows.
  private func status(of model: PlannedModel, _ rows: [ResultRow]) -> RowStatus {
    let training = collection.result(model.train).status
    // What is evaluated has been trained, though it may not be stored any more.
    let failed = rows.first { $0.status != .ok }?.status
    return failed == nil ? .ok : training != .ok ? training : failed ?? .ok
  }

  /// Of what is trained and of the point: whatever else a spec has, the training keeps it.
  private func identifier(of model: PlannedModel, in run: PlannedRun) -> String {
    let point = zip(collection.plan.axes, run.point).map { "\($0.path)=\($1)" }
    let words =
      [collection.plan.experiment, model.settings.name, model.train.hex, "seed=\(run.seed)"]
      + point
    return String(ContentStore.digest(Array(words.joined(separator: "\n").utf8)).prefix(32))
  }
}

extension RowStatus {
  fileprivate var ending: TrackedTraining.Ending {
    switch self {
    case .ok: .finished
    case .diverged, .crashed, .hung, .outOfMemory, .diskFull, .timedOut: .failed
    case .cancelled: .stopped
    }
  }
}

extension TrackedArtifact {
  fileprivate init(_ name: String, text: String) {
    self.init(name, origin: text) { Array(text.utf8) }
  }
}

extension TrackedCurve {
  /// The columns of `history.csv`; epochs without a number are left out.
  fileprivate static func all(of history: CSVTable) -> [TrackedCurve] {
    guard let epochs = history.index(of: "epoch") else { return [] }
    return history.columns.enumerated().filter { $0.offset != epochs }.map { place, name in
      TrackedCurve(
        name,
        points: history.rows.compactMap { row in
          guard let epoch = Int(row[epochs]), let value = Double(row[place]) else { return nil }
          return Point(epoch: epoch, value: value)
        })
    }
  }
}

extension TrackedValue {
  /// `nil` where a point does not use the setting.
  fileprivate init?(_ value: AxisValue) {
    switch value {
    case .integer(let number): self = .number(Double(number), text: value.description)
    case .number(let number), .fraction(let number, _):
      self = .number(number, text: value.description)
    case .boolean(let value): self = .boolean(value)
    case .text(let text): self = .text(text)
    case .absent: return nil
    }
  }
}
