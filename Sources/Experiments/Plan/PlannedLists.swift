package import Settings

/// The runs of a plan.
package struct PlannedRuns: RandomAccessCollection, Sendable {
  private let storage: Storage<PlannedRun>

  init(_ table: PlanTable) { storage = .table(table) }
  package init(_ runs: [PlannedRun]) { storage = .list(runs) }

  package var startIndex: Int { 0 }
  package var endIndex: Int {
    switch storage {
    case .table(let table): table.runCount
    case .list(let runs): runs.count
    }
  }

  package subscript(index: Int) -> PlannedRun {
    switch storage {
    case .table(let table): table.run(index)
    case .list(let runs): runs[index]
    }
  }

  /// The name of the run at a position, without the run.
  package func name(at index: Int) -> String {
    switch storage {
    case .table(let table): table.name(of: index)
    case .list(let runs): runs[index].name
    }
  }

  /// The evaluations of all runs, each once; `nil` for that of clean images.
  package var evaluations: [AttackSettings?] {
    var seen = Set<AttackSettings?>()
    switch storage {
    case .table(let table):
      let all = table.points.tables.evaluations.values.flatMap(\.attacks)
      return ([nil] + all.map(Optional.some)).filter { seen.insert($0).inserted }
    case .list(let runs):
      return runs.flatMap { $0.models.first?.evaluations.map(\.attack) ?? [] }
        .filter { seen.insert($0).inserted }
    }
  }

  /// The names of the models of all runs, each with the words of its training methods.
  package var models: [(name: String, methods: [String])] {
    var all: [(name: String, methods: [String])] = []
    func add(_ name: String, _ method: TrainingMethod) {
      let position = all.firstIndex { $0.name == name } ?? all.count
      if position == all.count { all.append((name, [])) }
      if !all[position].methods.contains(method.word) { all[position].methods.append(method.word) }
    }
    switch storage {
    case .table(let table):
      let tables = table.points.tables
      for model in tables.models.values {
        add(
          tables.names.values[Int(model.name)], tables.adversarials.values[Int(model.adversarial)])
      }
    case .list(let runs):
      for model in runs.flatMap(\.models) {
        add(model.settings.name, model.settings.adversarial)
      }
    }
    return all
  }

  func trainingCount(of model: String) -> Int {
    guard case .table(let table) = storage else {
      return Set(flatMap(\.models).filter { $0.settings.name == model }.map(\.train)).count
    }
    // Equal models under other names share their trainings, so that stages alone do not say it.
    var seen = Set<UInt32>()
    for run in 0..<table.runCount {
      let record = table.points.records.values[table.point(of: run)]
      let attacks = table.points.tables.evaluations.values[Int(record.evaluation)].attacks.count
      for (position, index) in record.models.enumerated()
      where table.points.tables.name(of: Int(index)) == model {
        seen.insert(table.positions[Int(table.starts[run]) + position * (attacks + 2)])
      }
    }
    return seen.count
  }
}

/// The stages of a plan.
package struct PlannedStages: RandomAccessCollection, Sendable {
  private let storage: Storage<Stage>

  init(_ table: PlanTable) { storage = .table(table) }
  package init(_ stages: [Stage]) { storage = .list(stages) }

  package var startIndex: Int { 0 }
  package var endIndex: Int {
    switch storage {
    case .table(let table): table.stages.count
    case .list(let stages): stages.count
    }
  }

  package subscript(index: Int) -> Stage {
    switch storage {
    case .table(let table): table.stage(index)
    case .list(let stages): stages[index]
    }
  }

  /// The key of the stage at a position, without the stage.
  package func key(at index: Int) -> StageKey {
    switch storage {
    case .table(let table): table.stages[index].key
    case .list(let stages): stages[index].key
    }
  }

  /// Every stage's key.
  package var keys: some Collection<StageKey> { indices.lazy.map { key(at: $0) } }

  /// What the stage at a position does, without the stage.
  package func work(at index: Int) -> StageWork {
    switch storage {
    case .table(let table): table.work(index)
    case .list(let stages): stages[index].work
    }
  }

  /// The keys of the stages that the one at a position reads.
  package func dependencies(at index: Int) -> [StageKey] {
    switch storage {
    case .table(let table): table.dependencies(of: index)
    case .list(let stages): stages[index].dependencies
    }
  }

  /// Whether the stage at a position is a training.
  package func isTraining(at index: Int) -> Bool {
    switch storage {
    case .table(let table): table.stages[index].part == 0
    case .list(let stages): stages[index].isTraining
    }
  }
}

extension PlannedStages {
  /// Whether other stages may read the one at a position.
  package func isRead(at index: Int) -> Bool {
    switch storage {
    case .table(let table): table.isRead(index)
    case .list: true
    }
  }
}

/// Elements that are made when they are asked for, or that are given.
private enum Storage<Element: Sendable>: Sendable {
  case table(PlanTable)
  case list([Element])
}

extension PlannedRuns: Hashable {
  package static func == (a: PlannedRuns, b: PlannedRuns) -> Bool { a.elementsEqual(b) }
  package func hash(into hasher: inout Hasher) { hasher.combine(count) }
}

extension PlannedStages: Hashable {
  package static func == (a: PlannedStages, b: PlannedStages) -> Bool { a.elementsEqual(b) }
  package func hash(into hasher: inout Hasher) { hasher.combine(count) }
}
