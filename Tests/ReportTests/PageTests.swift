import Digest
import FoundationEssentials
import Measurements
import Report
import Results
import TestSupport
import Testing

@Suite struct `The page of a report` {
  @Test func `shows all that a small audit has`() throws {
    try expectSnapshot(Sample.audit.html(), named: "audit.html")
  }

  @Test func `says nothing but that nothing is there yet, where nothing is`() throws {
    let report = ExperimentReport(name: "empty", results: ResultTable(axes: [], rows: []))
    try expectSnapshot(report.html(), named: "empty.html")
  }

  @Test func `is the same for the same report`() {
    #expect(Sample.audit.html() == Sample.audit.html())
  }

  @Test func `shows what an answer has in backticks as code`() {
    var report = Sample.audit
    report.answer = "Run `seeds: 5`, or `<b>`."
    #expect(
      PageText(report).text.contains(
        "Run <code>seeds: 5</code>, or <code>&lt;b&gt;</code>."))
    report.answer = "One ` is none."
    #expect(PageText(report).text.contains("One ` is none."))
  }

  @Test func `leaves out the sections that have no data`() {
    #expect(
      PageText(Sample.audit).sections == [
        "summary", "verdicts", "security-curves", "ensembles", "tradeoff", "examples", "classes",
        "training", "origin",
      ])
    #expect(
      PageText(Sample.sweep(axes: 1)).sections == ["summary", "verdicts", "settings", "tradeoff"])
    #expect(
      PageText(Sample.sweep(axes: 2)).sections
        == ["summary", "verdicts", "settings", "combinations", "tradeoff"])
  }

  @Test func `links only to what it has`() {
    for report in [Sample.audit, Sample.sweep(axes: 3, seeds: 2)] {
      let page = PageText(report)
      let ids = Set(page.matches(of: " id=\"").map { String($0.prefix { $0 != "\"" }) })
      let links = page.matches(of: "href=\"#").map { String($0.prefix { $0 != "\"" }) }
      #expect(links.count > 3)
      #expect(links.allSatisfy(ids.contains))
    }
  }

  @Test func `names what failed, what did not run, and why`() {
    var report = Sample.sweep(axes: 1)
    let failed = RowKey(
      run: "001-0a1b2c3d", point: ["0.8"], seed: 1, dataset: "mnist", model: "a")
    report.results = ResultTable(
      axes: ["axis0"], rows: report.results.rows + [ResultRow(failed, failed: .diverged)])
    report.statuses = [
      StageStatus(title: "train a", key: "0a", status: .diverged, reason: "the loss is <nan>")
    ]
    report.plannedStages = 3
    let page = PageText(report)
    #expect(page.sections.last == "failures")
    #expect(page.section("failures").contains("the loss is &lt;nan&gt;"))
    #expect(page.text.contains("2 of 3 stages did not run yet"))
    #expect(page.text.contains("1 of 7 rows failed"))
    #expect(page.section("summary").contains("failed"))
  }

  @Test func `shows text of others as text, whatever it is`() {
    let nasty = "</script><script>alert(1)</script>\" onload='x' &amp; \u{1B}[31m\u{202E}\u{0}"
    var report = Sample.audit
    report.name = nasty
    report.question = nasty
    report.answer = nasty
    report.tags = [nasty]
    report.origin.spec = nasty
    report.origin.command = nasty
    report.results = ResultTable(
      axes: [nasty],
      rows: ["1", nasty].flatMap { value in
        [
          Sample.row(nasty, point: [value], correct: value == "1" ? 3 : 4),
          Sample.row(nasty, nasty, epsilon: 0.1, source: nasty, point: [value], correct: 10),
          Sample.row(nasty, nasty, epsilon: 0.2, source: nasty, point: [value], correct: 5),
        ]
      })
    report.confusions = [
      ConfusionMatrix(model: nasty, attack: nasty, counts: [[1]], classNames: [nasty])
    ]
    report.statuses = [StageStatus(title: nasty, key: nasty, status: .crashed, reason: nasty)]
    let page = PageText(report)
    #expect(page.matches(of: "<script").count == 1)
    #expect(page.matches(of: "alert(1)").count == page.matches(of: "&gt;alert(1)&lt;").count)
    #expect(page.matches(of: "alert(1)").count > 20)
    #expect(!page.text.contains("onload='x'"))
    let isHarmless = page.text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n" || ![.control, .format].contains(scalar.properties.generalCategory)
    }
    #expect(isHarmless)
  }

  // Pages with many models take their time.
  @Test(
    arguments: stride(from: 0, to: HostileText.all.count, by: 12).map { first in
      Array(HostileText.all[first...].prefix(12))
    })
  func `is markup of ours alone, whatever names are`(texts: [String]) throws {
    let text = texts.joined(separator: " ")
    var report = Sample.audit
    (report.name, report.question, report.answer, report.tags) = (text, text, text, texts)
    (report.origin.spec, report.origin.command) = (text, text)
    report.pictures = []
    report.paths = ["lr": text]
    report.results = ResultTable(
      axes: ["lr", "b"],
      rows: texts.enumerated().flatMap { index, text in
        [
          Sample.row("a", point: ["1", text], correct: index),
          Sample.row(text, point: ["2", text], correct: index),
          Sample.row(text, text, epsilon: 0.1, source: text, point: ["2", text], correct: 10),
          Sample.row("a", text, epsilon: 0.2, source: text, point: ["1", text], correct: 5),
        ]
      })
    report.trainings = texts.map { Sample.training($0, seed: 1, point: ["1", $0]) }
    report.confusions = texts.map { text in
      ConfusionMatrix(
        model: text, attack: text, subtitle: text, counts: [[1, 2], [3, 4]],
        classNames: [text, text])
    }
    report.statuses = texts.map {
      StageStatus(title: $0, key: $0, status: .crashed, reason: $0)
    }
    let html = report.html()
    #expect(!html.unicodeScalars.contains { $0 != "\n" && $0.isUnprintable })
    let page = try Markup(
      html.drop { $0 != "\n" },
      isVoid: { ["meta", "img", "link", "br", "col"].contains($0) },
      isRaw: { ["style", "script"].contains($0) })
    #expect(page.isBalanced)
    #expect(page.elements.count { $0 == "script" } == 1)
    let known: Set<String> = [
      "html", "head", "meta", "title", "style", "script", "link", "body", "main", "header", "nav",
      "section", "footer", "article", "div", "p", "span", "h1", "h2", "h3", "ul", "ol", "li", "dl",
      "dt", "dd", "a", "abbr", "code", "pre", "strong", "em", "details", "summary", "figure",
      "figcaption", "table", "caption", "colgroup", "col", "thead", "tbody", "tr", "th", "td",
      "svg",
      "g", "path", "text", "rect", "desc", "line", "circle", "b",
    ]
    #expect(Set(page.elements).subtracting(known).isEmpty)
    let values = page.attributes.filter { ["href", "src", "xlink:href"].contains($0.name) }
    #expect(values.count > 3)
    #expect(values.allSatisfy { $0.value.hasPrefix("#") || $0.value == "data:," })
    #expect(!page.attributes.contains { $0.name.hasPrefix("on") })
    for style in page.attributes where style.name == "style" {
      #expect(style.value.contains(/^--(?:share:[0-9.]+|bar:[0-9.]+%)$/), "\(style.value)")
    }
  }

  @Test func `asks nobody for anything`() {
    let text = Sample.audit.html()
    #expect(!text.contains("http:") && !text.contains("https:") && !text.contains("=\"//"))
    #expect(!text.contains("url(") && !text.contains("@import"))
    let sources = PageText(Sample.audit).matches(of: " src=\"")
    #expect(sources.count == 8)
    #expect(sources.allSatisfy { $0.hasPrefix("data:image/png;base64,") })
  }

  @Test func `runs no program but its own`() throws {
    let page = PageText(Sample.audit)
    let script = try #require(page.matches(of: "<script>").first)
    let end = try #require(script.firstRange(of: "</script>"))
    let digest = ContentDigest.sha256(Array(script[..<end.lowerBound].utf8))
    let allowed = "script-src &#39;sha256-\(Data(digest.bytes).base64EncodedString())&#39;"
    #expect(page.text.contains(allowed))
  }

  @Test func `stays small, however many pictures there are`() {
    var report = Sample.audit
    // Noise, which is not made smaller by compression.
    var random = SplitMix64(seed: 5)
    let values = (0..<96 * 96 * 3).map { _ in Float.random(in: 0...1, using: &random) }
    let image = GridImage(height: 96, width: 96, channels: 3, values: values)
    let many = ImageGrid(
      title: "noise", images: Array(repeating: image, count: 8), labels: Array(0..<8),
      predictions: [.init(model: "base", classes: Array(0..<8))])
    report.pictures = Array(repeating: many, count: 50)
    let page = PageText(report)
    #expect(page.text.utf8.count < 2_000_000)
    #expect(page.section("examples").contains("more pictures would make this page too large"))
  }
}
