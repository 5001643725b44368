internal import Experiments
internal import Files
internal import Learning
package import Results
internal import Settings
package import SystemPackage

/// Which examples the models of a table's rows have right, read from the store beside the table.
///
/// What is no longer stored, or damaged, is not known; nothing is evaluated for it.
package struct StoredRight: Sendable {
  private struct Place: Hashable {
    var run: String
    var model: String
  }

  private let store: ContentStore
  private let evaluations: [Place: [PlanDocument.EvaluationEntry]]
  private let table: CSVTable
  private let columns: [Column: Int]

  private enum Column: String, CaseIterable { case run, model, attack, source, norm, epsilon }

  /// - Parameters:
  ///   - document: The `results.json` of the run that has written the table.
  ///   - table: A `results.csv`.
  /// - Returns: `nil` where the files do not say from which evaluations the rows are.
  package init?(document: FilePath, table: CSVTable) {
    guard let plan = try? WrittenPlan(document) else { return nil }
    var evaluations: [Place: [PlanDocument.EvaluationEntry]] = [:]
    for run in plan.runs {
      for model in run.models {
        evaluations[Place(run: run.name, model: model.name)] = model.evaluations
      }
    }
    self.evaluations = evaluations
    self.table = table
    var columns: [Column: Int] = [:]
    for column in Column.allCases { columns[column] = table.index(of: column.rawValue) }
    guard columns.count == Column.allCases.count else { return nil }
    self.columns = columns
    store = ContentStore(
      document.removingLastComponent().appending("..").lexicallyNormalized().appending(".store"))
  }

  /// - Parameter index: Of the table, from 0.
  /// - Returns: `nil` where it is not known.
  package func ofRow(_ index: Int) -> RightExamples? {
    func text(_ column: Column) -> String { columns[column].map { table.rows[index][$0] } ?? "" }
    let place = Place(run: text(.run), model: text(.model))
    guard let entries = evaluations[place], let epsilon = Double(text(.epsilon)),
      let first = entries.first(where: { $0.attack == Self.clean }), let clean = outcomes(first)
    else { return nil }
    let name = text(.attack)
    if name == Self.clean { return RightExamples(clean.outcomes.map(\.isCorrect)) }
    let statistics = OutcomeStatistics(clean: clean.outcomes)
    let inBall = entries.filter { $0.norm == text(.norm) && $0.epsilon == epsilon }
    if name == AttackSettings.worstCase {
      let attacks = inBall.filter { $0.attack != Self.clean }.map(attack)
      let known = attacks.compactMap(\.self)
      guard let first = known.first, known.count == attacks.count,
        known.allSatisfy({ $0.settings.sharesBall(with: first.settings) })
      else { return nil }
      return statistics.right(under: known)
    }
    for entry in inBall where entry.source == text(.source) {
      if entry.attack == name {
        return attack(entry).map { statistics.right(under: [$0]) }
      }
      guard name.hasPrefix(entry.attack + "/"), let whole = attack(entry),
        let member = whole.settings.method.attack.members.firstIndex(where: {
          "\(entry.attack)/\($0)" == name
        })
      else { continue }
      return RightExamples(
        statistics.left(after: member, whole.outcomes).map(\.isCorrect))
    }
    return nil
  }

  private static let clean = "clean"

  /// An attack as its row has it.
  private func attack(
    _ entry: PlanDocument.EvaluationEntry
  ) -> (settings: AttackSettings, outcomes: [ExampleOutcome])? {
    guard let stored = outcomes(entry), var settings = stored.settings else { return nil }
    // One run of an attack of minimal norm has rows for several epsilons.
    settings.epsilon = entry.epsilon
    return (settings, stored.outcomes)
  }

  private func outcomes(
    _ entry: PlanDocument.EvaluationEntry
  ) -> (settings: AttackSettings?, outcomes: [ExampleOutcome])? {
    guard let key = StageKey(hex: entry.stage), case .whole(let manifest) = store.entry(key),
      case .evaluate(let work)? = manifest.work,
      let bytes = try? store.read(OutputFile.outcomes, of: manifest),
      let outcomes = ExampleOutcome.decode(bytes)
    else { return nil }
    return (work.attack, outcomes)
  }
}
