internal import OrderedCollections
internal import Statistics

/// Whether trained models differ on the same examples: a statement about these models, in which test
/// images are what varies. It says nothing about a setting, for which trainings must vary.
package struct ModelComparison: Codable, Hashable, Sendable {
  package var seed: Int
  /// The attack, as in the tables.
  package var dataset: String
  package var attack: String
  package var source: String
  package var norm: String
  package var epsilon: Double
  package var examples: Int
  /// The model that is right most often.
  package var best: SettingClaim.Contender
  /// All others under this attack, the best first. Points with the same trained model are one.
  package var rivals: [Rival]
  /// Whether any of them differ; of more than two models.
  package var cochran: Cochran?

  /// The rivals that these examples do not tell apart from the best: all where Cochran's test finds no
  /// difference among them.
  package var inseparable: [Rival] {
    let differ = cochran.map { $0.pValue < PairedPower.level } ?? true
    return rivals.filter { !differ || $0.adjustedPValue >= PairedPower.level }
  }

  /// A model beside the best one.
  package struct Rival: Codable, Hashable, Sendable {
    package var setting: SettingClaim.Contender
    /// Examples that only the best has right, and only this one.
    package var onlyBest: Int
    package var onlyRival: Int
    /// Of McNemar's exact test, two-sided.
    package var pValue: Double
    /// The same after Holm's correction over all tests of the table.
    package var adjustedPValue: Double

    private enum CodingKeys: String, CodingKey {
      case setting
      case onlyBest = "only_best"
      case onlyRival = "only_rival"
      case pValue = "p"
      case adjustedPValue = "p_holm"
    }
  }

  /// Cochran's Q over all models of the comparison.
  package struct Cochran: Codable, Hashable, Sendable {
    package var statistic: Double
    package var degreesOfFreedom: Int
    package var pValue: Double

    private enum CodingKeys: String, CodingKey {
      case statistic = "q"
      case degreesOfFreedom = "df"
      case pValue = "p"
    }
  }
}

/// The comparisons of a table's trained models, seed by seed.
package struct ModelComparisons: Hashable, Sendable {
  package let comparisons: [ModelComparison]
  /// How many of McNemar's tests Holm's correction is over.
  var family: Int { comparisons.reduce(0) { $0 + $1.rivals.count } }

  /// Comparisons that were made before.
  package init(_ comparisons: [ModelComparison] = []) { self.comparisons = comparisons }

  /// - Parameter right: Which examples the models of rows have right; rows without are left out.
  package init(_ table: ResultTable, right: [RowKey: RightExamples]) {
    let attackAxes = SettingClaims.attackAxes(SummaryTable(table))
    let rows = table.rows.filter { !$0.key.isClean && right[$0.key] != nil }
    let groups = OrderedDictionary(grouping: rows) { row in
      Block(seed: row.key.seed, block: SettingKey(row.key).block(attackAxes))
    }
    var found = groups.values.compactMap { Self.comparison($0.map(\.key), right) }
    let raw = found.flatMap { $0.rivals.map(\.pValue) }
    var adjusted = HolmCorrection.adjusted(raw)[...]
    for place in found.indices {
      for rival in found[place].rivals.indices {
        found[place].rivals[rival].adjustedPValue = NumberText.withoutNoise(adjusted.removeFirst())
      }
    }
    comparisons = found
  }

  /// - Returns: `nil` where there is one model only, or where models were tried on unlike examples.
  private static func comparison(
    _ keys: [RowKey], _ right: [RowKey: RightExamples]
  ) -> ModelComparison? {
    // Of models that are right on the same examples the first of a name speaks for all.
    let models = OrderedDictionary(
      keys.compactMap { key in
        right[key].map { (Subject(model: key.model, right: $0), key) }
      }
    ) { first, _ in first }
    let ranked = models.elements.enumerated().sorted { a, b in
      let (first, second) = (a.element.key.right.numberRight, b.element.key.right.numberRight)
      return first == second ? a.offset < b.offset : first > second
    }.map(\.element)
    guard let best = ranked.first, ranked.count > 1,
      ranked.allSatisfy({ $0.key.right.count == best.key.right.count })
    else { return nil }
    let examples = best.key.right.count
    func contender(_ model: (key: Subject, value: RowKey)) -> SettingClaim.Contender {
      SettingClaim.Contender(
        point: model.value.point, model: model.value.model,
        accuracy: Double(model.key.right.numberRight) / Double(examples))
    }
    let key = best.value
    return ModelComparison(
      seed: key.seed, dataset: key.dataset, attack: key.attack, source: key.source, norm: key.norm,
      epsilon: key.epsilon, examples: examples, best: contender(best),
      rivals: ranked.dropFirst().map { rival in
        let test = McNemarTest(
          onlyFirst: best.key.right.onlyHere(rival.key.right),
          onlySecond: rival.key.right.onlyHere(best.key.right))
        return ModelComparison.Rival(
          setting: contender(rival), onlyBest: test.onlyFirst, onlyRival: test.onlySecond,
          pValue: NumberText.withoutNoise(test.pValue), adjustedPValue: 1)
      },
      cochran: ranked.count > 2 ? cochran(ranked.map(\.key.right)) : nil)
  }

  private static func cochran(_ models: [RightExamples]) -> ModelComparison.Cochran {
    let test = CochranQTest(models.map { model in (0..<model.count).map { model[$0] } })
    return ModelComparison.Cochran(
      statistic: NumberText.withoutNoise(test.statistic),
      degreesOfFreedom: test.degreesOfFreedom, pValue: NumberText.withoutNoise(test.pValue))
  }

  private struct Block: Hashable {
    var seed: Int
    var block: SettingKey
  }

  /// A trained model, as far as these examples show it.
  private struct Subject: Hashable {
    var model: String
    var right: RightExamples
  }
}
