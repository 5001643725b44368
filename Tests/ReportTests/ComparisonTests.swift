import Report
import Results
import TestSupport
import Testing

@Suite struct `The page of a comparison` {
  private func experiment(
    _ name: String, _ report: ExperimentReport, epochs: String
  ) -> ComparedExperiment {
    var experiment = ComparedExperiment(name: name, table: report.results)
    experiment.settings = [
      SettingValues(path: "hparams.epochs", values: [epochs]),
      SettingValues(path: "hparams.batch_size", values: ["32"]),
    ]
    return experiment
  }

  /// The audit's rows with several seeds and another number of correct examples.
  private func audit(_ name: String, raise: Int, seeds: Int = 3) -> ComparedExperiment {
    let rows = (1...seeds).flatMap { seed -> [ResultRow] in
      // Seeds differ in other ways in each experiment.
      let more = raise + seed * raise % 7
      return ["base", "adv-regularized"].flatMap { model in
        [
          Sample.row(model, seed: seed, correct: 170 + seed + more),
          Sample.row(model, "pgd", epsilon: 0.1, seed: seed, correct: 40 + 2 * seed + more),
          Sample.row(model, "pgd", epsilon: 0.2, seed: seed, correct: 20 + seed * seed + more),
        ]
      }
    }
    let report = ExperimentReport(name: name, results: ResultTable(axes: [], rows: rows))
    return experiment(name, report, epochs: "\(5 + raise)")
  }

  private func page(_ experiments: ComparedExperiment...) -> PageText {
    PageText(ComparisonReport(ExperimentComparison(experiments)).html())
  }

  @Test func `of two has settings, accuracies, differences and curves`() throws {
    let page = page(audit("small", raise: 0), audit("large", raise: 20))
    #expect(page.sections == ["settings", "summary", "differences", "security-curves"])
    try expectSnapshot(page.text, named: "comparison.html")
  }

  @Test func `of three has the differences from the best`() {
    let page = page(audit("a", raise: 0), audit("b", raise: 20), audit("c", raise: 10))
    #expect(page.section("differences").contains("Differences from the best"))
    #expect(page.section("differences").contains(">better<"))
    // A line for each experiment, each of a colour and dashes of its own.
    let curves = page.section("security-curves")
    for style in ["s c0", "s c1", "s c2", "run d1", "run d3"] {
      #expect(curves.contains("class=\"\(style)\""), "no \(style)")
    }
  }

  @Test func `of one seed makes no claim`() {
    let page = page(audit("a", raise: 0, seeds: 1), audit("b", raise: 20, seeds: 1))
    #expect(page.text.contains("1 seed: which experiment is better cannot be said"))
    #expect(page.section("differences").contains("no claim (1 seed)"))
    #expect(!page.text.contains(">higher<"))
  }

  @Test func `shows text of others as text, asks nobody, and runs its own program alone`() {
    let nasty = "</script><script>alert(1)</script>\" onload='x' &amp; \u{1B}[31m\u{202E}"
    var other = audit("b", raise: 3)
    other.remarks = [nasty]
    other.settings?.append(SettingValues(path: nasty, values: [nasty]))
    let page = page(audit(nasty, raise: 0), other)
    #expect(page.matches(of: "<script").count == 1)
    #expect(page.matches(of: "alert(1)").count == page.matches(of: "&gt;alert(1)&lt;").count)
    #expect(!page.text.contains("onload='x'"))
    #expect(!page.text.contains("http:") && !page.text.contains("https:"))
    let isHarmless = page.text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n" || ![.control, .format].contains(scalar.properties.generalCategory)
    }
    #expect(isHarmless)
  }
}
