internal import Experiments
internal import Learning
internal import Measurements
internal import Results
internal import Settings

/// The numbers of the rows of models: made once for models that share their evaluations.
struct ModelRows {
  /// One row: an evaluation of the plan, or the worst case of several.
  struct Row: Sendable {
    /// What the row is made from: one evaluation, or all of a ball.
    var evaluations: [PlannedEvaluation]
    /// `nil` for clean images.
    var attack: AttackSettings?
    /// What tables call it.
    var name: String
    /// Whether it is made from several evaluations, which may have other sources.
    var isWorstCase = false
    /// `nil` where the row has no numbers.
    var measurement: Measurement?
    /// Which examples are right; `nil` where the row has no numbers, is clean or a part of an ensemble's.
    var right: RightExamples?
    /// What the checks look at; `nil` where a row is none of an attack in a ball, or has no numbers.
    var judged: JudgedAttack?
    var status: RowStatus

    /// Whether it says what is right after one of an ensemble's attacks.
    func isMember(of other: Row) -> Bool {
      !isWorstCase && name != other.name && evaluations == other.evaluations
        && attack == other.attack
    }
  }

  private let store: ContentStore
  private let results: [StageKey: StageResult]
  private let evaluations: [StageKey: EvaluationRecord]
  private var known: [[PlannedEvaluation]: [Row]] = [:]

  init(
    _ store: ContentStore, _ results: [StageKey: StageResult],
    _ evaluations: [StageKey: EvaluationRecord]
  ) {
    self.store = store
    self.results = results
    self.evaluations = evaluations
  }

  /// The rows of a model, in the order of the tables.
  ///
  /// - Throws: `FileError` or `StoreError` where what was stored a moment ago is not there.
  mutating func rows(of model: PlannedModel) throws -> [Row] {
    if let rows = known[model.evaluations] { return rows }
    let rows = try make(model.evaluations)
    known[model.evaluations] = rows
    return rows
  }

  private func make(_ evaluations: [PlannedEvaluation]) throws -> [Row] {
    let outcomes = try evaluations.map { try self.outcomes(of: $0.stage) }
    // The clean evaluation is the first.
    let statistics = outcomes.first.flatMap { $0 }.map { OutcomeStatistics(clean: $0) }
    var rows = zip(evaluations, outcomes).flatMap { evaluation, outcomes in
      self.rows(of: evaluation, outcomes, statistics)
    }
    for group in Self.balls(evaluations) {
      let attacks = group.compactMap { place in
        outcomes[place].flatMap { all in evaluations[place].attack.map { ($0, all) } }
      }
      let failure = group.map { status(evaluations[$0].stage) }.first { $0 != .ok }
      var row = Row(
        evaluations: group.map { evaluations[$0] }, attack: evaluations[group[0]].attack,
        name: AttackSettings.worstCase, isWorstCase: true, status: failure ?? .ok)
      if failure == nil, attacks.count == group.count, let statistics {
        row.measurement = statistics.worstCase(of: attacks)
        row.right = statistics.right(under: attacks)
      }
      rows.append(row)
    }
    judge(&rows)
    return rows
  }

  /// Adds the verdicts: of each attack, of a worst case, and of a member that of its ensemble. A
  /// corruption claims nothing, and nothing is claimed against it.
  private func judge(_ rows: inout [Row]) {
    let judged = rows.indices.compactMap { place in rows[place].judged.map { (place, $0) } }
    let verdicts = RobustnessCheck.verdicts(judged.map(\.1))
    for ((ensemble, _), verdict) in zip(judged, verdicts) {
      rows[ensemble].measurement?.attack?.verdict = verdict
      for place in rows.indices where rows[place].isMember(of: rows[ensemble]) {
        rows[place].measurement?.attack?.verdict = verdict
      }
    }
    for place in rows.indices where rows[place].isWorstCase {
      guard let ball = rows[place].attack else { continue }
      let inside = zip(judged, verdicts).filter { $0.0.1.settings.sharesBall(with: ball) }
      rows[place].measurement?.attack?.verdict = RobustnessCheck.worstCase(
        of: inside.map { (row: $0.0.1, verdict: $0.1) })
    }
  }

  /// The row of an evaluation; of an ensemble those of its members, too.
  private func rows(
    of evaluation: PlannedEvaluation, _ outcomes: [ExampleOutcome]?,
    _ statistics: OutcomeStatistics?
  ) -> [Row] {
    var row = Row(
      evaluations: [evaluation], attack: evaluation.attack,
      name: evaluation.attack?.name ?? "clean", status: status(evaluation.stage))
    let members = (evaluation.attack?.method.attack.members ?? []).map { member in
      var part = row
      part.name = "\(row.name)/\(member)"
      return part
    }
    guard let outcomes, let record = evaluations[evaluation.stage] else { return [row] + members }
    guard let attack = evaluation.attack else {
      row.measurement = record.measurement
      return [row]
    }
    // Without the clean images there is nothing to compare with: the rows have no numbers.
    row.measurement = statistics?.measurement(of: attack, outcomes, record)
    if attack.hasBall, let measurement = row.measurement, let statistics {
      row.judged = JudgedAttack(
        attack, name: row.name, measurement, shown: statistics.shown(of: attack, outcomes),
        lastSteps: record.lastSteps)
    }
    let parts = statistics?.waterfall(of: attack, outcomes)
    var whole = row
    whole.right = statistics?.right(under: [(attack, outcomes)])
    return [whole]
      + members.enumerated().map { index, member in
        var member = member
        member.measurement = parts?[index]
        return member
      }
  }

  /// Places of evaluations that share a ball with others, in the order of their first ones.
  private static func balls(_ evaluations: [PlannedEvaluation]) -> [[Int]] {
    var groups: [(attack: AttackSettings, places: [Int])] = []
    for (place, evaluation) in evaluations.enumerated() {
      guard let attack = evaluation.attack else { continue }
      let known = groups.firstIndex { $0.attack.sharesBall(with: attack) }
      if let known {
        groups[known].places.append(place)
      } else {
        groups.append((attack, [place]))
      }
    }
    return groups.map(\.places).filter { $0.count > 1 }
  }

  private func status(_ key: StageKey) -> RowStatus {
    let status = results[key]?.status ?? .cancelled
    return status == .ok && evaluations[key] == nil ? .crashed : status
  }

  private func outcomes(of key: StageKey) throws -> [ExampleOutcome]? {
    guard status(key) == .ok, let manifest = results[key]?.manifest else { return nil }
    return ExampleOutcome.decode(try store.read(OutputFile.outcomes, of: manifest))
  }
}
