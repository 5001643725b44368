import FoundationEssentials
import Measurements
import Results
import TestSupport
import Testing

@Suite struct `A diff for programs` {
  let samples = `A diff`()

  /// What names of a table may hold: markup, commands, the ends of properties, escapes of a terminal,
  /// and characters that XML does not know.
  static let hostile =
    "</failure><b>&amp;]]>\"'\u{1B}[31m\u{0}\u{FFFE}\u{202E}\n::error title=a,b::c%0Ad|`*_<!--\t\\"

  var hostile: TableDiff {
    let table = samples.table
    let name = Self.hostile
    let extra = table.rows[0].map { $0 == "base" ? name : $0 }
    let candidate = table.with("model", row: 1, name).with("loss", row: 2, "\(9.5)")
    return samples.diff(CSVTable(columns: table.columns, rows: candidate.rows + [extra]))
  }

  @Test func `is JSON with all that is known`() throws {
    try expectSnapshot(try samples.everything.json(), named: "diff.json")
    let nothing = samples.diff(samples.table)
    try expectSnapshot(try nothing.json(), named: "diff-equal.json")
  }

  @Test func `is a JUnit report with a case for each row`() throws {
    try expectSnapshot(samples.everything.junit, named: "diff-junit.xml")
    let other = samples.diff(CSVTable(columns: ["a"], rows: []))
    try expectSnapshot(other.junit, named: "diff-junit-incomparable.xml")
  }

  @Test func `is annotations of a workflow, ten of each kind`() throws {
    try expectSnapshot(samples.everything.github, named: "diff-github.txt")
    var worse = samples.table
    for row in worse.rows.indices {
      worse = worse.with("accuracy", row: row, "0.1").with("mean_l2", row: row, "7")
    }
    let text = samples.diff(worse).github
    try expectSnapshot(text, named: "diff-github-many.txt")
    for kind in ["error", "warning"] {
      #expect(text.split(separator: "\n").count { $0.hasPrefix("::\(kind) ") } == 10)
    }
    #expect(samples.diff(samples.table).github.isEmpty)
  }

  @Test func `takes names as data in every format`() throws {
    let diff = hostile
    let texts = [
      ("text", diff.text()), ("markdown", diff.markdown()), ("json", try diff.json()),
      ("junit", diff.junit), ("github", diff.github),
    ]
    try expectSnapshot(
      texts.map { "== \($0)\n\($1)" }.joined(), named: "diff-hostile.txt")
    for (name, text) in texts {
      let isPlain = text.unicodeScalars.allSatisfy { scalar in
        scalar == "\n" || (scalar.value >= 0x20 && scalar != "\u{7F}" && scalar != "\u{202E}")
      }
      #expect(isPlain, "\(name)")
    }
    for line in diff.github.split(separator: "\n") {
      #expect(
        line.hasPrefix("::error ") || line.hasPrefix("::warning ") || line.hasPrefix("::notice "))
      // A command, its properties and a text: nothing of a name has become a part of these.
      #expect(!(line.dropFirst(2).split(separator: "::")[0]).contains("b::"), "\(line)")
    }
    #expect(!diff.junit.contains("\u{FFFE}") && !diff.junit.contains("<b>"))
    struct Document: Decodable {
      struct Entry: Decodable {
        var verdict: String
        var key: [String: Value]
      }
      struct Value: Decodable {
        var text: String?
        init(from decoder: any Decoder) throws {
          text = try? decoder.singleValueContainer().decode(String.self)
        }
      }
      var differences: [Entry]
    }
    // JSON keeps even these, as escapes.
    let document = try JSONDecoder().decode(Document.self, from: Data(diff.json().utf8))
    #expect(document.differences.contains { $0.key["model"]?.text == Self.hostile })
  }

  @Test(arguments: [
    ("accuracy", "0.5", Int32(0)), ("accuracy", "0.4", 3), ("accuracy", "nan", 3),
    ("mean_linf", "0.19", 3), ("status", "diverged", 3), ("examples", "100", 3),
  ])
  func `may fail only on what is worse`(column: String, text: String, status: Int32) {
    let diff = TableDiff.compare(
      baseline: samples.table, candidate: samples.table.with(column, row: 1, text),
      options: DiffOptions(failOn: .regressed))
    #expect(diff.exitStatus == status)
    #expect(samples.diff(samples.table.with(column, row: 1, text)).exitStatus == 3)
  }

  @Test func `that may be better says so and passes, in all formats`() throws {
    let table = samples.table
    let extra = table.rows[0].map { $0 == "base" ? "another" : $0 }
    let better = table.with("accuracy", row: 1, "0.5")
    let diff = TableDiff.compare(
      baseline: table, candidate: CSVTable(columns: table.columns, rows: better.rows + [extra]),
      options: DiffOptions(failOn: .regressed))
    #expect(diff.exitStatus == 0)
    #expect(
      diff.text().hasSuffix("No row is worse, some are better: the baseline is out of date.\n"))
    #expect(diff.markdown().hasPrefix("### ✅ "))
    #expect(!diff.junit.contains("<failure"))
    #expect(diff.junit.contains("<system-out>accuracy improved: 0.4671 -&gt; 0.5000"))
    #expect(diff.github.split(separator: "\n").allSatisfy { $0.hasPrefix("::notice ") })
    let fewer = TableDiff.compare(
      baseline: table, candidate: better.without(rows: [3]),
      options: DiffOptions(failOn: .regressed))
    #expect(fewer.exitStatus == 4)
  }

  @Test func `says of a baseline that does not exist yet only that`() throws {
    let diff = TableDiff.withoutBaseline(
      candidate: samples.table, options: DiffOptions(baselineName: "baselines/new.csv"))
    #expect(diff.exitStatus == 4)
    try expectSnapshot(diff.text() + diff.markdown() + diff.github, named: "diff-first.txt")
  }
}

@Suite struct `The origins of two tables` {
  private func origin(
    _ instructionSet: String = "avx2", cpu: String = "Zen 3", version: String = "0.1.0",
    digest: String = "12ab"
  ) -> TableOrigin {
    TableOrigin(
      nslRunVersion: version,
      environment: Provenance.Environment(
        operatingSystem: "Debian", cpu: cpu, instructionSet: instructionSet),
      datasetDigests: ["mnist": digest], portable: true)
  }

  /// Of a version whose numbers depended on the machine and on oneDNN.
  private func oldOrigin(
    _ instructionSet: String = "avx2", cpu: String = "Zen 3", oneDNN: String = "2.6.3",
    version: String = "0.1.0", digest: String = "12ab"
  ) -> TableOrigin {
    TableOrigin(
      nslRunVersion: version,
      environment: Provenance.Environment(
        operatingSystem: "Debian", cpu: cpu, instructionSet: instructionSet, oneDNNVersion: oneDNN),
      datasetDigests: ["mnist": digest])
  }

  private func diff(_ before: TableOrigin?, _ after: TableOrigin?) -> TableDiff {
    let table = Sample.table().csv
    return TableDiff.compare(
      baseline: table, candidate: table.with("accuracy", row: 1, "0.1"),
      options: DiffOptions(baselineOrigin: before, candidateOrigin: after))
  }

  @Test func `are said first where they are unlike`() throws {
    let diff = diff(
      oldOrigin(),
      oldOrigin("avx512_core", cpu: "Zen 4", oneDNN: "3.5", version: "0.2.0", digest: "34cd"))
    try expectSnapshot(diff.text() + diff.markdown(), named: "diff-origins.txt")
    #expect(self.diff(oldOrigin(), oldOrigin(cpu: "Zen 4")).notes.count == 1)
  }

  @Test func `are no matter where no number depends on the machine`() {
    #expect(diff(origin(), origin("avx512", cpu: "Zen 4")).notes.isEmpty)
    #expect(diff(origin(), origin("avx512", version: "0.2.0")).notes.count == 1)
  }

  @Test func `of which one is of a version that depended on it are unlike`() {
    let (old, new) = (oldOrigin("avx512_core", cpu: "Zen 4"), origin("avx512", cpu: "Zen 4"))
    let program =
      "the tables were made by unlike versions of nsl-run: baseline 0.1.0 with oneDNN 2.6.3, "
      + "candidate 0.1.0"
    #expect(diff(old, new).notes == [program])
    #expect(
      diff(old, origin("avx2", cpu: "Zen 3")).notes == [
        "the tables were made on unlike machines: baseline avx512_core (Zen 4), candidate avx2 (Zen 3)",
        program,
      ])
  }

  @Test func `are not guessed where one is unknown, and not told where they are alike`() {
    #expect(diff(nil, origin()).notes.isEmpty)
    #expect(diff(origin(), nil).notes.isEmpty)
    #expect(diff(origin(), origin()).notes.isEmpty)
  }

  @Test func `are read from a results.json, whatever it is called inside`() throws {
    let document = ResultsDocument(
      experiment: "\n  \"provenance\" : {\n", table: Sample.table(), plan: ["provenance": 1],
      provenance: Provenance(
        nslRunVersion: "0.1.0", gitRevision: "abc", environment: origin().environment,
        datasetDigests: ["mnist": "12ab"], kernels: ["base": ["jit"]], portable: true),
      statuses: [])
    var expected = origin()
    expected.gitRevision = "abc"
    #expect(try document.json().withUnsafeBytes { TableOrigin(document: $0) } == expected)
    for other in ["", "{}", "\n  \"provenance\" : {\n", "\n  \"provenance\" : {\n  }"] {
      #expect(Array(other.utf8).withUnsafeBytes { TableOrigin(document: $0) } == nil)
    }
  }

  @Test func `of a baseline are kept beside it`() throws {
    let kept = BaselineProvenance(origin(), tableDigest: "00ff")
    #expect(try BaselineProvenance(json: Array(kept.json().utf8)) == kept)
    try expectSnapshot(try kept.json(), named: "baseline.provenance.json")
    // Those of older versions are read, too.
    var old = BaselineProvenance(oldOrigin(), tableDigest: "00ff")
    old.schemaVersion = 1
    let read = try BaselineProvenance(json: Array(old.json().utf8))
    #expect(read?.provenance == oldOrigin())
    #expect(BaselineProvenance(json: Array("{}".utf8)) == nil)
  }
}

@Suite struct `Rows of two tables` {
  /// Sixteen axes of up to 200 values each: more combinations than a number of 64 bits has.
  private func table(_ random: inout SplitMix64, rows: Int, axes: Int = 16) -> CSVTable {
    let columns = (0..<axes).map { "axis\($0)" }
    let sample = Sample.table(points: ["1"]).csv
    let seed = sample.index(of: "seed") ?? 0
    return CSVTable(
      columns: columns + sample.columns,
      rows: (0..<rows).map { row in
        var fields = sample.rows[row % sample.rows.count]
        fields[seed] = "\(row)"
        return (0..<axes).map { _ in "\(Int.random(in: 0..<200, using: &random))" } + fields
      })
  }

  @Test(arguments: 0..<10)
  func `belong together by all of many keys, whatever their order`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let baseline = table(&random, rows: 300)
    var order = Array(baseline.rows.indices)
    order.shuffle(using: &random)
    let shuffled = CSVTable(columns: baseline.columns, rows: order.map { baseline.rows[$0] })
    let same = TableDiff.compare(baseline: baseline, candidate: shuffled)
    #expect(same.exitStatus == 0 && same.count(.equal) == 300, "seed \(seed)")
    for row in same.rows {
      #expect(row.candidateRow.map { order[$0] } == row.baselineRow, "seed \(seed)")
    }
    // Another value of any one key is another row.
    let axis = "axis\(Int.random(in: 0..<16, using: &random))"
    let moved = shuffled.with(axis, row: 7, "777")
    let other = TableDiff.compare(baseline: baseline, candidate: moved)
    #expect(other.count(.missing) == 1 && other.count(.extra) == 1, "seed \(seed)")
    #expect(other.count(.equal) == 299, "seed \(seed)")
    let twice = TableDiff.compare(
      baseline: baseline,
      candidate: CSVTable(columns: baseline.columns, rows: shuffled.rows + [shuffled.rows[3]]))
    #expect(twice.reasons.count == 1, "seed \(seed)")
  }

  @Test(arguments: ["1", "1.0", "-1", "0.5", "1e3", "1e-400", "0x1p3", "", "00012", "1."])
  func `of equal numbers are equal, however these are written`(text: String) {
    let table = Sample.table().csv.with("loss", row: 1, text)
    #expect(TableDiff.compare(baseline: table, candidate: table).exitStatus == 0)
  }

  @Test(arguments: ["nan", "inf", "-inf", "1e999", "infinity", "-NaN"])
  func `of equal numbers that are not finite never pass`(text: String) {
    let table = Sample.table().csv.with("loss", row: 1, text)
    let diff = TableDiff.compare(baseline: table, candidate: table)
    #expect(diff.rows[1].verdict == .notFinite && diff.exitStatus == 3)
  }

  @Test(arguments: ["low", "1..2", "--1", ".", "-", "1,5", " 1", "0.5x"])
  func `have numbers, or cannot be compared`(text: String) {
    let table = Sample.table().csv
    let diff = TableDiff.compare(baseline: table, candidate: table.with("loss", row: 1, text))
    #expect(diff.reasons == ["candidate, row 2: loss is '\(text)', not a number"])
  }
}
