import FoundationEssentials
import TestSupport
import Testing

@Suite struct `A comparison of experiments` {
  /// Three experiments: the second is wider, the third is swept and has one seed.
  private func finished() async throws -> Sandbox {
    let sandbox = try Sandbox()
    let specs = [
      ("small", Sandbox.tinySpec),
      ("wide", Sandbox.tinySpec.replacing("conv_filters: [4]", with: "conv_filters: [8]")),
      (
        "swept",
        Sandbox.tinySpec.replacing("seeds: 2", with: "seeds: 1")
          + "sweep: { grid: { adversarial.adv_step_size: [0.1, 0.2] } }\n"
      ),
    ]
    for (name, spec) in specs {
      let named = spec.replacing("experiment: tiny", with: "experiment: \(name)")
      try sandbox.write(named, to: "\(name).yaml")
      let ending = try await sandbox.run("\(name).yaml", "--quiet")
      try #require(ending.status == 0, "\(ending)")
    }
    return sandbox
  }

  @Test func `is shown in all forms, and as a page`() async throws {
    let sandbox = try await finished()
    let text = try await sandbox.run("show", "small", "wide.yaml")
    #expect(text.status == 0 && text.error.isEmpty, "\(text)")
    #expect(text.output.hasPrefix("small and wide\n\nsettings that differ"), "\(text)")
    #expect(text.output.contains("architecture.conv_filters  [4]    [8]\n"), "\(text)")
    #expect(!text.output.contains("hparams.epochs"), "\(text)")

    let csv = try await sandbox.run("show", "small", "results/wide", "--format", "csv")
    let lines = csv.output.split(separator: "\n")
    #expect(
      lines.first
        == "model,attack,source,norm,epsilon,metric,small,wide,change,ci_low,ci_high,p_holm,verdict"
    )
    #expect(lines.count { $0.contains(",accuracy,") } == 4, "\(csv)")

    let rows = try await sandbox.run(
      "show", "small", "wide", "--where", "metric == \"loss\"", "--columns", "model,attack,wide",
      "--sort", "wide", "--top", "2", "--format", "markdown")
    #expect(rows.status == 0, "\(rows)")
    #expect(rows.output.contains("| setting | small | wide |"), "\(rows)")
    #expect(rows.output.contains("| model | attack | wide |\n| --- | --- | --- |\n"), "\(rows)")

    let settings = try await sandbox.run("show", "small", "wide", "--settings")
    #expect(settings.output.contains("architecture.num_fc_units"), "\(settings)")

    let page = try await sandbox.run("report", "small", "wide")
    #expect(page.status == 0 && page.output == "results/compare-small-wide.html\n", "\(page)")
    let html = try sandbox.read("results/compare-small-wide.html")
    #expect(html.contains("<h1>small and wide</h1>") && html.contains("architecture.conv_filters"))
    #expect(!html.contains("https:"))
  }

  @Test func `of three has a column each, and says what is not the same`() async throws {
    let sandbox = try await finished()
    let ending = try await sandbox.run("show", "small", "wide", "swept")
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.output.contains("not the same seeds"), "\(ending)")
    #expect(ending.output.contains("rows of one adversarial.adv_step_size"), "\(ending)")
    let page = try await sandbox.run("report", "small", "wide", "swept", "-o", "three.html")
    #expect(page.status == 0 && page.output == "three.html\n", "\(page)")
    #expect(page.error.contains("note: not the same seeds"), "\(page)")
    #expect(try sandbox.read("three.html").contains("<h1>small, wide and swept</h1>"))

    // Two runs of one experiment differ in the value that is swept.
    let runs = try await sandbox.shell("nsl-run show results/swept/runs/*")
    #expect(runs.status == 0, "\(runs)")
    #expect(runs.output.contains("adversarial.adv_step_size"), "\(runs)")
    #expect(runs.output.contains("no claim (1 seed)"), "\(runs)")
  }

  @Test func `says that a run has not ended`() async throws {
    let sandbox = try await finished()
    try sandbox.write("running\n", to: "results/wide/.lock")
    let ending = try await sandbox.run("show", "small", "wide")
    #expect(ending.status == 0, "\(ending)")
    #expect(
      ending.output.contains("! the last run of `wide` was interrupted: this table is of the run"),
      "\(ending)")
    try sandbox.write("running\n", to: "results/new/.lock")
    let new = try await sandbox.run("show", "small", "new")
    #expect(new.status == 2 && new.error.contains("before its first table was written"), "\(new)")
  }

  @Test func `refuses what cannot be compared`() async throws {
    let sandbox = try Sandbox()
    let table =
      `A diff`.header + "000-aaaaaaaa,1,mnist,base,clean,,,0,100,98,0.98,0.93,0.99,0.06,0,0,ok\n"
    for name in ["a", "b", "we|ird `name`"] {
      try sandbox.write(table, to: "results/\(name)/results.csv")
    }
    try sandbox.write("model,n,failed,accuracy_mean\n", to: "summary.csv")
    var text = ""
    for arguments in [
      "show a a", "show a results/a", "show a nothing", "show a b --attack pgd --example 1",
      "show a --settings", "show a b --settings --summary", "show a b --columns nothing",
      "report a b epochs=3", "report a --output page.html", "report a", "report nothing",
      "show a 'we|ird `name`' --format markdown --top 1",
    ] {
      let ending = try await sandbox.shell("nsl-run \(arguments) || echo status $?")
      text += "$ nsl-run \(arguments)\n\(ending.output)\(ending.error)"
    }
    try expectSnapshot(
      text.replacing("\(sandbox.folder)/", with: ""), named: "compare-refused.txt")
  }

  @Test func `needs no spec, nor does the page of one experiment`() async throws {
    let sandbox = try await finished()
    for name in ["small", "swept"] {
      let page = try sandbox.read("results/\(name)/report.html")
      let again = try await sandbox.shell(
        "rm results/\(name)/report.html \(name).yaml && nsl-run report \(name)")
      #expect(again.status == 0 && again.output == "results/\(name)/report.html\n", "\(again)")
      #expect(again.error.isEmpty, "\(again)")
      #expect(try sandbox.read("results/\(name)/report.html") == page)
    }
  }
}
