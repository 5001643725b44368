import FoundationEssentials
import Measurements
import Results
import TestSupport
import Testing

@Suite struct `Experiments side by side` {
  private func compare(_ experiments: ComparedExperiment...) -> ExperimentComparison {
    ExperimentComparison(experiments)
  }

  private func verdicts(_ comparison: ExperimentComparison) -> Set<String> {
    Set(comparison.rows.map(\.verdict))
  }

  @Test func `of two have settings, accuracies and differences`() throws {
    let comparison = compare(.named("small"), .named("large", raise: 61))
    try expectSnapshot(comparison.text(width: 140), named: "compare-two.txt")
    try expectSnapshot(comparison.text(width: 60), named: "compare-two-narrow.txt")
    #expect(verdicts(comparison) == ["higher"])
    // Seen from the other side, every difference has the other sign.
    let reversed = compare(.named("large", raise: 61), .named("small"))
    #expect(verdicts(reversed) == ["lower"])
    for (row, other) in zip(comparison.rows, reversed.rows) {
      let (one, back) = (try #require(row.comparison), try #require(other.comparison))
      #expect(abs(one.change + back.change) < 1e-12)
      #expect(one.pValue == back.pValue)
    }
  }

  @Test func `of three mark the best where seeds tell them apart`() throws {
    let comparison = compare(.named("a"), .named("b", raise: 61), .named("c", raise: 60))
    try expectSnapshot(comparison.text(width: 140), named: "compare-three.txt")
    #expect(comparison.rows.allSatisfy { $0.isLeading == [false, true, true] })
    // Without a difference nothing is marked.
    let alike = compare(.named("a"), .named("b"), .named("c"))
    #expect(alike.rows.allSatisfy { !$0.isLeading.contains(true) })
  }

  @Test func `that have the same numbers are equal, and nothing is tested`() {
    let comparison = compare(.named("a"), .named("b"))
    #expect(verdicts(comparison) == ["equal"])
    #expect(comparison.testWords == nil)
    #expect(comparison.settings.differing.isEmpty)
  }

  @Test func `of one seed make no claim`() {
    let comparison = compare(.named("a", seeds: [1]), .named("b", seeds: [1], raise: 61))
    #expect(verdicts(comparison) == ["no claim (1 seed)"])
    #expect(comparison.rows.allSatisfy { $0.comparison == nil })
    #expect(comparison.text().contains("1 seed: which experiment is better cannot be said"))
    // With one seed on one side the difference is that of the seed that both have.
    let mixed = compare(.named("a", seeds: [1]), .named("b", seeds: [1, 2, 3]))
    #expect(mixed.rows.allSatisfy { mixed.change(of: $0) == 0 })
    #expect(mixed.notes.contains { $0.contains("differences are of the one that both have") })
  }

  @Test func `of unlike seeds are tested without pairs`() throws {
    let comparison = compare(
      .named("a", seeds: [1, 2, 3]), .named("b", seeds: [11, 12, 13], raise: 61))
    let test = try #require(comparison.rows.first?.comparison)
    #expect(test.test == .welch)
    #expect(comparison.text().contains("Welch's t test"))
    #expect(comparison.notes.contains { $0.contains("not the same seeds") })
  }

  @Test func `of other axes stand beside each other at the values that all have`() throws {
    let comparison = compare(
      .named("fixed"), .named("swept", raise: 100, axis: ["0.1", "0.20", "0.4"]))
    #expect(comparison.axes == ["adv_step_size"])
    let full = comparison.rows.filter { !$0.cells.contains(nil) }
    #expect(Set(full.map(\.key.point)) == [["0.2"]])
    #expect(comparison.rows.count == 3 * full.count)
    #expect(full.allSatisfy { $0.verdict == "higher" })
    #expect(comparison.rows.filter { $0.cells[0] == nil }.allSatisfy { $0.verdict == "missing" })
    try expectSnapshot(comparison.text(width: 140), named: "compare-axes.txt")
    // Without a common value there is nothing to compare, and it is said.
    let apart = compare(.named("fixed"), .named("swept", axis: ["0.1", "0.4"]))
    #expect(verdicts(apart) == ["missing"])
    #expect(apart.notes.contains { $0.contains("none is in all of them") })
  }

  @Test func `that sweep a setting with one value each differ in it`() {
    let comparison = compare(.named("a", axis: ["0.1"]), .named("b", raise: 61, axis: ["0.4"]))
    #expect(comparison.axes.isEmpty)
    #expect(
      comparison.settings.differing.map(\.path).contains(
        "models.adv-regularized.adversarial.adv_step_size"))
    #expect(verdicts(comparison) == ["higher"])
  }

  @Test(arguments: [
    (
      ComparedExperiment.named("b", raise: 61, dataset: "kmnist"), "other data",
      "not the same dataset"
    ),
    (.named("b", raise: 61, examples: 2000), "other examples", "not as many examples"),
  ])
  func `of other images are shown but not tested`(
    other: ComparedExperiment, verdict: String, note: String
  ) {
    let comparison = compare(.named("a"), other)
    #expect(verdicts(comparison) == [verdict])
    #expect(comparison.notes.contains { $0.contains(note) })
    #expect(comparison.rows.allSatisfy { $0.comparison == nil })
  }

  @Test func `under another attack are shown but not tested`() {
    let comparison = compare(.named("a"), .named("b", raise: 61, steps: "10"))
    for row in comparison.rows {
      #expect(row.verdict == (row.key.isClean ? "higher" : "other attack"))
    }
    #expect(comparison.notes.contains { $0.contains("not the same attack in all of them: pgd") })
  }

  @Test func `say what is missing, failed, unfinished, unknown or made elsewhere`() throws {
    var unfinished = ComparedExperiment.named(
      "b", raise: 61, failing: true, models: ["base", "other"])
    unfinished.remarks = ["the last run of `b` was interrupted: this table is of the run before"]
    unfinished.settings = nil
    unfinished.origin?.environment.instructionSet = "avx512"
    unfinished.origin?.environment.oneDNNVersion = "2.6.3"
    unfinished.origin?.portable = nil
    let comparison = compare(.named("a"), unfinished)
    try expectSnapshot(comparison.text(width: 120), named: "compare-notes.txt")
  }

  @Test func `keep a model or an attack that only one has in one line`() {
    var extra = ComparedExperiment.named("b")
    extra.settings? += [
      SettingValues(path: "eval.attacks.square.queries", values: ["1000"]),
      SettingValues(path: "eval.attacks.square.norm", values: ["linf"]),
    ]
    let differing = compare(.named("a"), extra).settings.differing
    #expect(differing.map(\.path) == ["eval.attacks.square"])
    #expect(differing.map(\.values) == [[nil, "yes"]])
  }

  @Test func `are a table for programs`() throws {
    let comparison = compare(.named("model"), .named("b", raise: 61))
    let table = comparison.table
    // No column is there twice, whatever experiments are called.
    #expect(comparison.valueColumns == ["experiment.model", "b"])
    #expect(table.rows.count > comparison.rows.count)
    try expectSnapshot(table.text, named: "compare.csv")
    struct Document: Decodable {
      struct Row: Decodable {
        var metric: String
        var b: Double?
        var change: Double?
        var verdict: String?
      }
      var schema_version: Int
      var rows: [Row]
    }
    let json = try comparison.json(TableListing(comparison))
    let document = try JSONDecoder().decode(Document.self, from: Data(json.utf8))
    #expect(document.schema_version == 1)
    #expect(document.rows.count == table.rows.count)
    #expect(document.rows.first?.verdict == "higher")
    #expect(comparison.settingTable.rows.first == ["hparams.epochs", "5", "66", "true"])
  }

  @Test func `cannot play tricks on a terminal, whatever they are called`() {
    let nasty = "a|\u{1B}[31m\n<b>\u{202E}"
    var other = ComparedExperiment.named("b", raise: 61, models: [nasty])
    other.remarks = [nasty]
    let comparison = compare(.named(nasty, models: [nasty]), other)
    for text in [comparison.text(), comparison.markdownHeading] {
      let isHarmless = text.unicodeScalars.allSatisfy { scalar in
        scalar == "\n" || ![.control, .format].contains(scalar.properties.generalCategory)
      }
      #expect(isHarmless)
    }
    #expect(!comparison.markdownHeading.contains("<b>"))
  }
}
