import FoundationEssentials
import Measurements
import Results
import TestSupport
import Testing

@Suite struct `A diff that tests accuracies` {
  /// A table of one model under attacks of its own numbers: for each attack the correct images of
  /// 10,000, seed by seed.
  private func table(_ correct: [[Int]], examples: Int = 10_000) -> CSVTable {
    let rows = correct.enumerated().flatMap { attack, seeds in
      seeds.enumerated().map { seed, correct in
        ResultRow(
          Sample.key(
            0, point: [], seed: seed + 1, model: "base", attack: "attack-\(attack)",
            source: "self", epsilon: 0.2),
          Measurement(
            examples: examples, correct: correct, loss: 1 + Double(correct), meanLinf: 0.2,
            meanL2: Double(attack)))
      }
    }
    return ResultTable(axes: [], rows: rows).csv
  }

  private func diff(
    _ baseline: CSVTable, _ candidate: CSVTable, _ tolerances: [String: Tolerance] = [:],
    _ significance: Significance = Significance(level: 0.05)
  ) -> TableDiff {
    TableDiff.compare(
      baseline: baseline, candidate: candidate,
      options: DiffOptions(tolerances: tolerances, significance: significance))
  }

  private func read(_ name: String) throws -> CSVTable {
    try CSVTable(parsing: [UInt8](fixture(name)), file: name)
  }

  /// One commit on two kinds of machine, which round differently: 72 rows are worse and 8 better, by
  /// up to 12.4 points. Checked with `scipy.stats.ttest_rel`.
  @Test func `finds nothing where there is nothing`() throws {
    let (before, after) = (try read("mnist-sweep-avx512.csv"), try read("mnist-sweep-avx2.csv"))
    let result = diff(before, after)
    #expect(result.exitStatus == 0)
    // 48 settings, of which 24 are of the base model, the same at all points; its two rows of
    // gradients of the base model are the same evaluation.
    #expect(result.comparisons.count == 29)
    let smallest = try #require(result.comparisons.map(\.pValue).min())
    #expect(abs(smallest - 0.050175569829) < 1e-10)
    #expect(result.comparisons.allSatisfy { $0.seeds == 3 && $0.verdict == .inseparable })
    #expect(TableDiff.compare(baseline: before, candidate: after).exitStatus == 3)
    try expectSnapshot(result.text(), named: "diff-significance-none.txt")
  }

  /// Five seeds whose standard deviation is one point.
  @Test func `finds a drop of 3 points and not one of 0.1`() throws {
    let seeds = [5120, 4880, 5010, 5100, 4890]
    let other = [4930, 5090, 4900, 5080, 5000]
    let small = diff(table([seeds]), table([other.map { $0 - 10 }]))
    #expect(small.exitStatus == 0 && small.count(.inseparable) == 5)
    let large = diff(table([seeds]), table([other.map { $0 - 300 }]))
    #expect(large.exitStatus == 3 && large.count(.regressed) == 5)
    try expectSnapshot(
      [large.text(), try large.json(), large.markdown(), large.github, large.junit].joined(
        separator: "\n"), named: "diff-significance.txt")
    // A difference that is there, but too small to matter.
    let tolerated = diff(
      table([seeds]), table([other.map { $0 - 300 }]), ["accuracy": Tolerance(atol: 0.05)])
    #expect(tolerated.exitStatus == 0 && tolerated.count(.withinTolerance) == 5)
    let better = diff(table([seeds]), table([other.map { $0 + 300 }]))
    #expect(better.count(.improved) == 5)
  }

  /// Ten settings in each table, all of one distribution.
  @Test func `raises at most 5 % false alarms`() {
    var random = SplitMix64(seed: 2027)
    func draw() -> [[Int]] {
      (0..<10).map { _ in
        (0..<5).map { _ in
          5000 + (0..<12).reduce(0) { sum, _ in sum + Int.random(in: -60...60, using: &random) }
        }
      }
    }
    let pairs = 1000
    let alarms = (0..<pairs).count { _ in diff(table(draw()), table(draw())).exitStatus != 0 }
    // 5 %, and three standard errors.
    #expect(alarms <= 70, "\(alarms) of \(pairs), seed 2027")
    #expect(alarms > 10, "\(alarms) of \(pairs): a test that never fires shows nothing")
  }

  @Test func `asks for no test of equal bytes`() {
    let same = diff(table([[5000, 5100]]), table([[5000, 5100]]))
    #expect(same.comparisons.isEmpty && same.exitStatus == 0 && same.notes.isEmpty)
  }

  @Test func `compares two trained models on their images where there is one seed`() throws {
    let right: ([Bool]) -> @Sendable (Int) -> RightExamples? = { isRight in
      { _ in RightExamples(isRight) }
    }
    let before = (0..<100).map { $0 < 60 }
    let after = (0..<100).map { $0 < 45 }
    let tables = (table([[60]], examples: 100), table([[45]], examples: 100))
    let result = diff(
      tables.0, tables.1, [:],
      Significance(level: 0.05, baselineRight: right(before), candidateRight: right(after)))
    // 15 images, all in one direction: 2^-14.
    let p = try #require(result.comparisons.first).pValue
    #expect(abs(p - 6.103515625e-05) < 1e-15)
    #expect(result.exitStatus == 3)
    try expectSnapshot(result.text(), named: "diff-significance-one-seed.txt")
    let fewer = diff(
      tables.0, tables.1, [:],
      Significance(
        level: 0.05, baselineRight: right((0..<100).map { $0 < 60 }),
        candidateRight: right((0..<100).map { (2..<59).contains($0) })))
    #expect(fewer.exitStatus == 0)
  }

  @Test func `judges by size what it cannot test, and says so`() throws {
    let result = diff(table([[5000]]), table([[4999]]))
    #expect(result.exitStatus == 3 && result.comparisons.isEmpty)
    try expectSnapshot(result.text(), named: "diff-significance-unknown.txt")
  }

  @Test func `never excuses a row without numbers, or of other images`() throws {
    var lines = table([[5000, 5100, 4900]]).text.split(separator: "\n").map(String.init)
    let whole = try CSVTable(parsing: Array(lines.joined(separator: "\n").utf8), file: "a")
    lines[1] = lines[1].replacing(",ok", with: ",crashed")
    let failed = try CSVTable(parsing: Array(lines.joined(separator: "\n").utf8), file: "b")
    #expect(diff(whole, failed).exitStatus == 3)
    #expect(diff(whole, table([[50, 51, 49]], examples: 100)).exitStatus == 3)
    #expect(diff(whole, table([[5000, 5100]])).exitStatus == 4)
  }
}
