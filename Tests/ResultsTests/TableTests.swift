import FoundationEssentials
import Measurements
import Results
import TestSupport
import Testing

@Suite struct `Tables` {
  @Test func `results have the columns of the reference`() throws {
    try expectSnapshot(Sample.table(failing: true).csv.text, named: "results.csv")
  }

  @Test func `summaries aggregate over seeds`() throws {
    try expectSnapshot(
      SummaryTable(Sample.table(failing: true)).csv.text, named: "summary.csv")
  }

  @Test func `a group of failures has no numbers`() throws {
    let key = Sample.key(0, point: [], seed: 1, model: "base", attack: "clean")
    let table = ResultTable(axes: [], rows: [ResultRow(key, failed: .timedOut)])
    let row = try #require(SummaryTable(table).rows.first)
    #expect(row.n == 0 && row.failed == 1 && row.accuracy.mean == nil && row.meanL2 == nil)
    #expect(
      SummaryTable(table).csv.rows == [
        ["mnist", "base", "clean", "", "", "0", "0", "1"] + Array(repeating: "", count: 10)
      ])
  }

  @Test func `an interval of accuracies ends at 0 and 1`() throws {
    let rows = [9_000, 10_000].enumerated().map { seed, correct in
      ResultRow(
        Sample.key(0, point: [], seed: seed, model: "base", attack: "clean"),
        Measurement(examples: 10_000, correct: correct, loss: 0.1, meanLinf: 0, meanL2: 0))
    }
    let row = try #require(SummaryTable(ResultTable(axes: [], rows: rows)).rows.first)
    #expect(((row.accuracy.low ?? 0) - 0.314690).magnitude < 1e-6)
    #expect(row.accuracy.high == 1)
  }

  @Test func `axes give way to fixed columns`() {
    let names = ResultTable.axisColumns([
      ("adversarial.adv_step_size", "adv_step_size"), ("eval.epsilon", "epsilon"),
      ("hparams.n", "n"), ("seed", "seed"), ("run", "run"),
    ])
    #expect(names == ["adv_step_size", "eval.epsilon", "hparams.n", "sweep.seed", "sweep.run"])
  }

  @Test func `every metric that can have a tolerance is a column`() {
    let metrics = Column.metrics + Column.summaryMetrics.filter { $0 != .failed }
    #expect(Tolerance.metricNames == Set(metrics.map(\.name)).sorted())
  }

  @Test func `results read back`() throws {
    let table = Sample.table(failing: true)
    let csv = try CSVTable(parsing: table.csv.text, file: "results.csv")
    #expect(try ResultTable(csv, file: "results.csv") == table)
  }

  @Test func `what is not a result table is refused with a place`() throws {
    let csv = Sample.table().csv
    let wrong = [
      csv.with("status", row: 2, "fine"), csv.with("correct", row: 0, "10001"),
      csv.with("loss", row: 5, "low"), CSVTable(columns: ["a"], rows: []),
    ]
    var report = ""
    for table in wrong {
      let error = #expect(throws: TableError.self) { try ResultTable(table, file: "results.csv") }
      if let error { report += "\(error)\n" }
    }
    try expectSnapshot(report, named: "table-errors.txt")
  }

  @Test func `timings`() throws {
    let key = "0123456789abcdef"
    let table = TimingTable(rows: [
      TimingRow(
        title: "train base seed=1", key: key, kind: "train", status: .ok, seconds: 41.23456,
        examples: 300_000, peakMemoryMB: 131.25, cached: false, attempts: 2),
      TimingRow(
        title: "evaluate base, fgsm", key: key, kind: "evaluate", status: .crashed, seconds: 0,
        examples: 0, peakMemoryMB: 0, cached: true, attempts: 0),
    ])
    try expectSnapshot(table.csv.text, named: "timings.csv")
  }

  @Test func `history in Keras's words`() throws {
    let table = HistoryTable(rows: [
      EpochMetrics(
        epoch: 1,
        means: [
          .init("loss", 0.35), .init("sparse_categorical_crossentropy", 0.15),
          .init("sparse_categorical_accuracy", 0.9551), .init("scaled_adversarial_loss", 0.2),
        ]),
      EpochMetrics(
        epoch: 2,
        means: [
          .init("loss", 1e-6), .init("sparse_categorical_crossentropy", 1e-6),
          .init("sparse_categorical_accuracy", 1), .init("scaled_adversarial_loss", nil),
        ]),
    ])
    try expectSnapshot(table.csv.text, named: "history.csv")
  }
}

@Suite struct `The JSON document` {
  struct SomePlan: Codable, Equatable {
    var experiment = "mnist-sweep"
    var limit = Double.infinity
  }

  func document(_ table: ResultTable) -> ResultsDocument<SomePlan> {
    ResultsDocument(
      experiment: "mnist-sweep", table: table, plan: SomePlan(),
      provenance: Provenance(
        nslRunVersion: "0.1.0", gitRevision: nil,
        environment: .init(
          operatingSystem: "Debian GNU/Linux 12", cpu: "AMD EPYC", instructionSet: "avx512"),
        datasetDigests: ["mnist": "ba891046"],
        kernels: ["base": ["dense forward: dense:avx512"]], portable: true),
      statuses: [
        StageStatus(
          title: "train base seed=1", key: "0a1b2c3d", status: .diverged,
          reason: "the loss is not a number in epoch 1, step 12"),
        StageStatus(
          title: "train base seed=2", key: "1a2b3c4d", status: .outOfMemory,
          reason: "killed by the system because memory ran out", attempts: 2),
      ])
  }

  @Test func `is sorted, and survives numbers that are none`() throws {
    let key = Sample.key(0, point: [], seed: 1, model: "base", attack: "clean")
    let other = Sample.key(1, point: [], seed: 2, model: "base", attack: "clean")
    let table = ResultTable(
      axes: [],
      rows: [
        ResultRow(
          key, Measurement(examples: 32, correct: 11, loss: .nan, meanLinf: .infinity, meanL2: 0)),
        ResultRow(other, failed: .cancelled),
      ])
    let json = try document(table).json()
    try expectSnapshot(String(decoding: json, as: UTF8.self), named: "results.json")
    #expect(try ResultsDocument<SomePlan>(json: json).json() == json)
  }

  @Test(arguments: [0, 1, 3, 5000])
  func `is the same where it is written part by part`(count: Int) throws {
    struct Plan: Codable, Hashable {
      var runs: [[String: [Int]]] = []
      var stages: [String] = []
      var words = "\"runs\" : [\n\n    ]"
    }
    let table = count == 0 ? ResultTable(axes: [], rows: []) : Sample.table(failing: true)
    var whole = Plan()
    whole.runs = (0..<count).map { ["a": [$0], "b": []] }
    whole.stages = (0..<count).map { "stage \($0)\n" }
    func planned(_ plan: Plan) -> ResultsDocument<Plan> {
      ResultsDocument(
        experiment: "small", table: table, plan: plan, provenance: document(table).provenance,
        statuses: [])
    }
    var parts: [[UInt8]] = []
    try planned(Plan()).json([
      .init("runs", count: count) { whole.runs[$0] },
      .init("stages", count: count) { whole.stages[$0] },
    ]) { parts.append($0) }
    #expect(Array(parts.joined()) == (try planned(whole).json()))
    #expect(count < 5000 || parts.count > 5)
  }

  @Test func `reads back`() throws {
    let table = Sample.table(failing: true)
    let copy = try ResultsDocument<SomePlan>(json: document(table).json())
    #expect(copy.rows == table.rows)
    #expect(copy.summary == SummaryTable(table).rows)
    #expect(copy.plan == SomePlan())
    #expect(copy.schemaVersion == 4)
  }

  @Test func `has points as plain values`() throws {
    let points = ["0.05", "true"]
    let table = Sample.table(points: points)
    let json = try document(table).json()
    struct Document: Decodable {
      struct Row: Decodable { var point: [String: Value] }
      enum Value: Decodable, Hashable {
        case number(Double)
        case boolean(Bool)

        init(from decoder: any Decoder) throws {
          let container = try decoder.singleValueContainer()
          self =
            if let value = try? container.decode(Bool.self) {
              .boolean(value)
            } else {
              .number(try container.decode(Double.self))
            }
        }
      }
      var rows: [Row]
      var summary: [Row]
    }
    let document = try JSONDecoder().decode(Document.self, from: Data(json))
    for rows in [document.rows, document.summary] {
      #expect(
        Set(rows.map(\.point)) == [
          ["adv_step_size": .number(0.05)], ["adv_step_size": .boolean(true)],
        ])
    }
    #expect(try ResultsDocument<SomePlan>(json: json).rows == table.rows)
  }
}
