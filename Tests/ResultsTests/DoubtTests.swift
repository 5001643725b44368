import Measurements
import Results
import Testing

@Suite struct `Numbers that cannot be believed` {
  private func row(
    _ model: String, _ attack: String, seed: Int = 1, _ level: AttackVerdict.Level = .ok,
    _ reason: String = ""
  ) -> ResultRow {
    var verdict = AttackVerdict()
    if level != .ok { verdict.add(level, reason) }
    var numbers = AttackMeasurement(cleanCorrect: 98, fooled: 50, correctAfterRounding: 48)
    numbers.verdict = verdict
    let key = Sample.key(
      seed, point: [], seed: seed, model: model, attack: attack, source: "self", epsilon: 0.2)
    return ResultRow(
      key,
      Measurement(
        examples: 100, correct: 48, loss: 1, meanLinf: 0.2, meanL2: 1, attack: numbers))
  }

  private func text(_ rows: [ResultRow]) -> String {
    TerminalTable(ResultTable(axes: [], rows: rows)).text(width: 100)
  }

  @Test func `are listed with a reason, the broken ones first and seeds together`() {
    let text = text([
      row("base", "fgsm", .suspicious, "one step"), row("base", "pgd"),
      row("base", "fgsm", seed: 2, .suspicious, "one step"),
      row("robust", "pgd", .broken, "no gradients"),
      row("robust", "aa", .suspicious, "few steps"),
      row("robust", "aa/square", .suspicious, "few steps"),
    ])
    let lines = """
      ! do not claim robustness from these numbers
        broken: robust, pgd linf 0.2, source self: no gradients
        suspicious: base, fgsm linf 0.2, source self (2 rows): one step
        suspicious: robust, aa linf 0.2, source self: few steps

      """
    #expect(text.hasSuffix(lines), "\(text)")
  }

  @Test func `are counted where there are many, and every model has some`() {
    let text = text(
      ["base", "robust"].flatMap { model in
        (1...5).map { row(model, "pgd-\($0)", .suspicious, "few steps") }
      })
    #expect(text.contains("\n  suspicious: base, pgd-3 linf 0.2, source self: few steps\n"))
    #expect(!text.contains("suspicious: base, pgd-4"))
    #expect(text.contains("\n  suspicious: robust, pgd-1 linf 0.2, source self: few steps\n"))
    #expect(text.hasSuffix("\n  and 4 more: see `verdict` in results.json\n"), "\(text)")
  }

  @Test func `are not mentioned where there are none`() {
    #expect(!text([row("base", "pgd")]).contains("!"))
  }

  @Test func `are a note of a diff`() {
    let table = ResultTable(
      axes: [], rows: [row("base", "fgsm", .suspicious, "one step"), row("base", "pgd")]
    ).csv
    let diff = TableDiff.compare(
      baseline: table, candidate: table, options: DiffOptions(candidateName: "new.csv"))
    #expect(diff.exitStatus == 0)
    #expect(
      diff.notes == ["new.csv: 1 row of 2 is suspicious or broken, see its column `verdict`"])
  }
}
