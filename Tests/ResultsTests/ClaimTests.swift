import Measurements
import Results
import TestSupport
import Testing

@Suite struct `What seeds say about settings` {
  /// PGD-40 at 0.2 on the tutorial's network with three seeds, in images of 1,000.
  private static let tutorial = [
    "0.1": [477, 474, 431], "0.2": [420, 295, 472], "0.05": [302, 333, 360],
  ]

  private func table(_ correct: [(point: String, model: String, seeds: [Int])]) -> ResultTable {
    ResultTable(
      axes: ["adv_step_size"],
      rows: correct.flatMap { point, model, seeds in
        seeds.enumerated().map { seed, correct in
          ResultRow(
            Sample.key(
              0, point: [point], seed: seed, model: model, attack: "pgd", source: "self",
              epsilon: 0.2),
            Measurement(
              examples: 1000, correct: correct, loss: 1, meanLinf: 0.2, meanL2: 4))
        }
      })
  }

  private func tutorialTable() -> ResultTable {
    table(
      ["0.05", "0.1", "0.2"].map { ($0, "adv", Self.tutorial[$0] ?? []) })
  }

  /// Numbers of `scipy.stats.ttest_rel`, `scipy.stats.nct` and, at 0.05 / 3, of
  /// `statsmodels.stats.power.TTestPower`.
  @Test func `agree with SciPy and statsmodels`() throws {
    let claims = SettingClaims(tutorialTable())
    let claim = try #require(claims.claims.first)
    #expect(claims.claims.count == 1 && claims.family == 3)
    #expect(claim.best.point == ["0.1"] && claim.best.model == "adv")
    let expected = [
      (
        point: "0.2", [0.065, 0.110217965868, 0.414477774049, 0.828955548099], -0.208796605524,
        0.338796605524, smallest: 0.624657683257, seeds: 34
      ),
      (
        point: "0.05", [0.129, 0.0530282943343, 0.0519744687664, 0.155923406299], -0.00272958574551,
        0.260729585746, smallest: 0.300536588795, seeds: 5
      ),
    ]
    try #require(claim.rivals.count == 2)
    for (rival, vector) in zip(claim.rivals, expected) {
      #expect(rival.setting.point == [vector.point] && rival.seeds == 3)
      let numbers = [rival.difference, rival.deviation, rival.pValue, rival.adjustedPValue]
      for (number, wanted) in zip(numbers, vector.1) {
        #expect(abs(try #require(number) - wanted) < 1e-9)
      }
      #expect(abs(try #require(rival.low) - vector.2) < 1e-9)
      #expect(abs(try #require(rival.high) - vector.3) < 1e-9)
      #expect(abs(try #require(rival.smallestDifference) - vector.smallest) < 1e-9)
      #expect(rival.seedsNeeded == vector.seeds)
      // Three seeds have four patterns of signs: the test cannot say anything.
      #expect(rival.signFlipPValue == nil && !rival.isSeparable)
    }
  }

  @Test func `are one hypothesis for a model that does not depend on the setting`() throws {
    let base = [["0.1", "0.2", "0.3"].map { ($0, "base", [31, 40, 52]) }].flatMap(\.self)
    let claims = SettingClaims(table(base + [("0.1", "adv", [900, 901, 903])]))
    let claim = try #require(claims.claims.first)
    #expect(claim.rivals.map(\.setting.model) == ["base"] && claims.family == 1)
    #expect(claim.rivals[0].isSeparable && claim.inseparable.isEmpty)
  }

  @Test func `are none with one seed`() {
    #expect(SettingClaims(table([("0.1", "adv", [900]), ("0.2", "adv", [100])])).claims.isEmpty)
  }

  /// The best of five is chosen by the data: tested against the four others only, it would be called
  /// better in 8 % of tables that have no difference.
  @Test func `raise at most 5 % false alarms`() {
    var random = SplitMix64(seed: 2026)
    let tables = 1000
    let alarms = (0..<tables).count { _ in
      let settings = (0..<5).map { setting in
        (
          "\(setting)", "adv",
          (0..<5).map { _ in
            500 + (0..<12).reduce(0) { sum, _ in sum + Int.random(in: -20...20, using: &random) }
          }
        )
      }
      return SettingClaims(table(settings), plansSeeds: false).claims.contains {
        $0.inseparable.count < 4
      }
    }
    // 5 %, and three standard errors.
    #expect(alarms <= 70, "\(alarms) of \(tables), seed 2026")
  }

  @Test func `from six seeds on have a test that asks for no normal distribution`() throws {
    let many = [
      ("0.1", "adv", [500, 510, 523, 531, 544, 552]),
      ("0.2", "adv", [400, 405, 431, 419, 442, 438]),
    ]
    let claim = try #require(SettingClaims(table(many)).claims.first)
    // All differences have one sign: 2 of 2^6 patterns.
    #expect(claim.rivals[0].signFlipPValue == 0.03125)
    #expect(claim.rivals[0].isSeparable)
  }

  @Test func `stand below the tables`() throws {
    let many = [
      ("0.1", "adv", [500, 510, 523, 531, 544]), ("0.2", "adv", [497, 512, 520, 530, 541]),
      ("0.3", "adv", [301, 305, 331, 319, 342]), ("0.1", "base", [20, 31, 22, 25, 27]),
    ]
    let texts = [tutorialTable(), table(many), table(Array(many.suffix(2)))].map {
      TerminalTable($0).text(width: 100)
    }
    try expectSnapshot(texts.joined(separator: "\n"), named: "terminal-claims.txt")
  }
}

@Suite struct `What test images say about trained models` {
  private func key(_ model: String) -> RowKey {
    Sample.key(0, point: [], seed: 1, model: model, attack: "pgd", source: "self", epsilon: 0.2)
  }

  private func comparisons(_ right: [(model: String, range: Range<Int>)]) -> ModelComparisons {
    let table = ResultTable(
      axes: [],
      rows: right.map { model, range in
        ResultRow(
          key(model),
          Measurement(examples: 40, correct: range.count, loss: 1, meanLinf: 0.2, meanL2: 4))
      })
    return ModelComparisons(
      table,
      right: Dictionary(
        uniqueKeysWithValues: right.map { model, range in
          (key(model), RightExamples((0..<40).map { range.contains($0) }))
        }))
  }

  /// Numbers of `scipy.stats.binomtest` and `statsmodels.stats.contingency_tables.cochrans_q`.
  @Test func `agrees with SciPy and statsmodels`() throws {
    let all = comparisons([("third", 0..<20), ("best", 0..<30), ("second", 15..<34)])
    let comparison = try #require(all.comparisons.first)
    #expect(comparison.best.model == "best" && comparison.examples == 40)
    #expect(comparison.rivals.map(\.setting.model) == ["third", "second"])
    #expect(comparison.rivals.map(\.onlyBest) == [10, 15])
    #expect(comparison.rivals.map(\.onlyRival) == [0, 4])
    let p = comparison.rivals.map(\.pValue)
    #expect(abs(p[0] - 0.001953125) < 1e-12 && abs(p[1] - 0.0192108154297) < 1e-12)
    let cochran = try #require(comparison.cochran)
    #expect(cochran.degreesOfFreedom == 2)
    #expect(
      abs(cochran.statistic - 7.655172413793) < 1e-9 && abs(cochran.pValue - 0.021762081446) < 1e-9)
  }

  @Test func `counts examples, also beyond a word of bits`() {
    var random = SplitMix64(seed: 7)
    for count in [0, 1, 63, 64, 65, 1000] {
      let (a, b) = (
        (0..<count).map { _ in Bool.random(using: &random) },
        (0..<count).map { _ in Bool.random(using: &random) }
      )
      let (first, second) = (RightExamples(a), RightExamples(b))
      #expect(first.onlyHere(second) == zip(a, b).count { $0 && !$1 })
      #expect((0..<count).map { first[$0] } == a)
    }
  }

  @Test func `stands below the table of one seed`() throws {
    let models = [("base", 0..<9), ("adv", 0..<30), ("other", 1..<31)]
    let all = comparisons(models)
    let table = ResultTable(
      axes: [],
      rows: models.map { model, range in
        ResultRow(
          key(model),
          Measurement(examples: 40, correct: range.count, loss: 1, meanLinf: 0.2, meanL2: 4))
      })
    try expectSnapshot(
      TerminalTable(table, claims: ClaimText(table, comparisons: all)).text(width: 100),
      named: "terminal-models.txt")
  }
}
