import Report
import Results
import TestSupport
import Testing

@Suite struct `Axes of charts` {
  @Test func `have few ticks at round numbers, in order and inside`() {
    let seed: UInt64 = 7
    var random = SplitMix64(seed: seed)
    for _ in 0..<500 {
      let low = Double.random(in: -100...100, using: &random)
      let values = [low, low + .random(in: 1e-4...1e4, using: &random), low + 1e-5]
      let scale = Scale.numbers(values)
      let places = scale.ticks.map { scale.place($0.value) }
      #expect((2...12).contains(scale.ticks.count), "seed \(seed): \(values)")
      #expect(places == places.sorted(), "seed \(seed): \(values)")
      #expect(places.allSatisfy { (0...1).contains($0) }, "seed \(seed): \(values)")
      #expect(Set(scale.ticks.map(\.label)).count == scale.ticks.count, "seed \(seed): \(values)")
    }
  }

  struct Case: Sendable {
    var values: [Double]
    var labels: [String]
  }

  static let cases: [Case] = [
    Case(values: [0.1, 0.2, 0.4], labels: ["0.1", "0.2", "0.4"]),
    Case(values: [8.0 / 255, 16.0 / 255], labels: ["8/255", "16/255"]),
    Case(values: [0, 0.05, 0.1, 0.2, 0.5], labels: ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]),
    Case(values: [0.0001, 0.001, 0.01], labels: ["0.0001", "0.001", "0.01"]),
    Case(values: [0.05, 4], labels: ["0.05", "0.1", "0.2", "0.5", "1", "2"]),
    Case(values: [3], labels: ["1.5", "2", "2.5", "3", "3.5", "4", "4.5"]),
    Case(
      values: [1000.001, 1000.0011, 1000.002],
      labels: [
        "1000.001", "1000.0012", "1000.0014", "1000.0016", "1000.0018", "1000.002",
      ]),
  ]

  @Test(arguments: cases) func `name the values that there are`(one: Case) {
    #expect(Scale.numbers(one.values).ticks.map(\.label) == one.labels)
  }

  @Test(arguments: [
    ([0.985, 0.992], ["98.4", "98.6", "98.8", "99", "99.2"]),
    ([0.2, 0.9], ["20", "40", "60", "80", "100"]),
    ([1.0], ["99.8", "100"]), ([0.0], ["0", "0.2"]), ([], ["0", "20", "40", "60", "80", "100"]),
  ])
  func `of close accuracies lie around these`(values: [Double], labels: [String]) {
    let scale = Scale.accuracy(around: values)
    #expect(scale.ticks.map(\.label) == labels)
    #expect(values.allSatisfy { scale.range.contains($0) })
    #expect(scale.range.lowerBound >= 0 && scale.range.upperBound <= 1)
  }

  @Test func `of accuracies begin at 0 unless all are high`() {
    #expect(Scale.accuracy(lowest: 0.3).range == 0...1)
    #expect(Scale.accuracy(lowest: 0.97).range.lowerBound == 0.9)
    #expect(Scale.accuracy(lowest: 0.97).ticks.map(\.label) == ["90", "95", "100"])
  }
}

@Suite struct `The Pareto front` {
  @Test func `holds each place that no other beats, and no other`() {
    let seed: UInt64 = 11
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let points = (0..<Int.random(in: 1...12, using: &random)).map { _ -> Series.Point in
        // Few values, so that many are equal.
        Series.Point(
          Double(Int.random(in: 0...4, using: &random)),
          Double(Int.random(in: 0...4, using: &random)))
      }
      let front = Pareto.front(points)
      for point in points {
        let isBeaten = front.contains { other in
          other != point && other.x >= point.x && other.y >= point.y
        }
        #expect(front.contains(point) == !isBeaten, "seed \(seed): \(points)")
      }
    }
  }
}

@Suite struct `Series of one chart` {
  @Test func `differ in more than colour`() {
    for group in 0..<7 {
      for other in 0..<7 where other != group {
        #expect(SeriesStyle(group: group).mark != SeriesStyle(group: other).mark)
      }
      #expect(SeriesStyle(group: group).mark != SeriesStyle(group: group, variant: 1).mark)
      #expect(SeriesStyle(group: group).dash != SeriesStyle(group: group, variant: 1).dash)
    }
  }

  @Test func `of one model are one line where its numbers do not depend on the sweep`() {
    var report = Sample.sweep(axes: 1)
    let rows = ["0.1", "0.2", "0.4"].flatMap { value in
      [0.1, 0.3].map { epsilon in
        Sample.row("fixed", "fgsm", epsilon: epsilon, point: [value], correct: Int(100 * epsilon))
      }
    }
    report.results = ResultTable(axes: ["axis0"], rows: rows)
    let table = MeasuredTable(report)
    let lines = table.lines(of: table.rows, without: [], place: \.row.epsilon)
    #expect(lines.map(\.name) == ["fixed"])

    // A line that holds a part of what another one says is no line of its own.
    report.results = ResultTable(axes: ["axis0"], rows: Array(rows.dropFirst()))
    let partial = MeasuredTable(report)
    let rest = partial.lines(of: partial.rows, without: [], place: \.row.epsilon)
    #expect(rest.map(\.name) == ["fixed"])
    #expect(rest.first?.rows.count == 2)
  }
}

@Suite struct `Ensembles of a report` {
  @Test func `show what each member leaves and takes`() {
    let section = PageText(Sample.audit).section("ensembles")
    #expect(section.contains("clean 95.0 %, after apgd-ce 4.0 %, after square 2.5 %"))
    #expect(section.contains("clean 95.0 %, after apgd-ce 16.0 %, after square 10.0 %"))
  }
}

@Suite struct `Corruptions of a report` {
  private var report: ExperimentReport {
    let rows = (1...3).flatMap { seed in
      [
        Sample.row("base", seed: seed, correct: 188 + seed),
        Sample.row("base", "rotation-1", source: "", seed: seed, correct: 170 + seed),
        Sample.row("base", "rotation-5", source: "", seed: seed, correct: 80 + seed),
        Sample.row("base", "my-haze-3", source: "", seed: seed, correct: 100 + seed),
        Sample.row("base", "fgsm", epsilon: 0.1, seed: seed, correct: 60 + seed),
        Sample.row("other", seed: seed, correct: 180 + seed),
        Sample.row("other", "fgsm", epsilon: 0.1, seed: seed, correct: 90 + seed),
      ]
    }
    return ExperimentReport(name: "accidents", results: ResultTable(axes: [], rows: rows))
  }

  @Test func `are curves over the severity, from clean images on`() {
    let section = PageText(report).section("corruptions")
    #expect(section.contains("base: from 95.0 % at 0 to 41.0 % at 5."))
    #expect(section.contains("<title>base, 5: 41.0 % (39.8 % to 42.2 %)</title>"))
    // On the same images, so with the interval of the clean row.
    #expect(section.contains("<title>base, 0: 95.0 % (93.8 % to 96.2 %)</title>"))
    // One severity is no curve.
    #expect(!section.contains("my-haze"))
    #expect(!PageText(Sample.audit).sections.contains("corruptions"))
  }

  @Test func `are no curves where names have no severity`() {
    var report = report
    report.results = ResultTable(
      axes: [],
      rows: ["rotation", "rotation-", "rotation-x", "-", "2"].map {
        Sample.row("base", $0, source: "", correct: 10)
      })
    #expect(!PageText(report).sections.contains("corruptions"))
  }

  @Test func `leave the trade-off its error bars, of both accuracies`() throws {
    let section = PageText(report).section("tradeoff")
    #expect(
      section.contains(
        "<title>base, on the front, 95.0 % (93.8 % to 96.2 %): 31.0 % (29.8 % to 32.2 %)</title>"),
      "\(section)")
    let paths = section.split(separator: "class=\"whisker\"").count - 1
    #expect(paths == 2)
    // Two ends of each of two bars.
    let path = try #require(section.firstMatch(of: /d="(M[^"]*)" class="whisker"/)?.1)
    #expect(path.split(separator: "M").count == 6, "\(path)")
  }
}
