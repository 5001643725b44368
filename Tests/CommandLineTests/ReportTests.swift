import Testing

@Suite struct `The page of an experiment` {
  @Test func `is written by a run, and again from what is stored`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let run = try await sandbox.run("tiny.yaml", "--quiet")
    try #require(run.status == 0, "\(run)")
    let page = try sandbox.read("results/tiny/report.html")
    for part in ["<h1>tiny</h1>", "nsl-run tiny.yaml", "adv-regularized", "<svg"] {
      #expect(page.contains(part), "no \(part)")
    }
    // A page that asks for something has an address in it; names of XML's own are none.
    let addresses = page.split(separator: "\"").filter {
      $0.hasPrefix("http") && !$0.hasPrefix("http://www.w3.org/")
    }
    #expect(addresses.isEmpty, "\(addresses)")
    let again = try await sandbox.shell(
      "rm results/tiny/report.html && nsl-run report tiny.yaml")
    #expect(again.status == 0 && again.output == "results/tiny/report.html\n", "\(again)")
    #expect(try sandbox.read("results/tiny/report.html") == page)
  }

  @Test func `says what is missing`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let nothing = try await sandbox.run("report", "tiny.yaml")
    #expect(nothing.status == 2 && nothing.error.contains("nothing of `tiny.yaml` is stored"))
    #expect(!sandbox.exists("results/tiny"))
    let run = try await sandbox.run("tiny.yaml", "--quiet")
    try #require(run.status == 0, "\(run)")
    // More seeds than were run.
    let more = try await sandbox.run("report", "tiny.yaml", "seeds=3", "experiment=more")
    #expect(more.status == 0 && more.error.contains(" stages are stored: the page shows these"))
    #expect(try sandbox.read("results/more/report.html").contains("is not finished"))
  }
}
