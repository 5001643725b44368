import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

/// What names, cells and descriptions of others may not do to those who look at them.
@Suite struct `Hostile text` {
  /// What a terminal would obey in a text that may have several lines, or a runner of workflows.
  private func obeyed(in text: String) -> [String] {
    let scalars = text.unicodeScalars.filter { $0 != "\n" && $0.isUnprintable }
    let commands = text.split(separator: "\n").filter { line in
      line.drop(while: \.isWhitespace).hasPrefix("::") || line.contains(/##\[[^\]]*\]/)
    }
    return scalars.map { String($0.value, radix: 16) } + commands.map(String.init)
  }

  /// A text as YAML has it between quotes.
  private func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      let digits = String(scalar.value, radix: 16)
      return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }
    return "\"\(scalars.joined())\""
  }

  // MARK: Tables

  /// A results.csv with a text in all its names, as another program may have written it.
  private func table(_ texts: [String], accuracy: String) -> String {
    func cell(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
    let columns =
      "run,lr,seed,dataset,model,attack,source,norm,epsilon,examples,correct,accuracy,"
      + "accuracy_low,accuracy_high,loss,mean_linf,mean_l2,status\n"
    return columns
      + texts.enumerated().map { index, text in
        let name = cell(text)
        return
          "0,\(name),\(index),\(name),\(name),\(name),\(name),linf,0.1,100,50,\(accuracy),0.4,0.6,"
          + "0.06,0,0,ok\n"
      }.joined()
  }

  @Test(
    arguments: [
      "show a.csv", "show a.csv --summary", "show a.csv --format csv", "show a.csv --format json",
      "show a.csv --format markdown", "show a.csv --format latex", "show a.csv --sort lr --top 3",
      "show a.csv --columns model,attack", "show a.csv --where 'model != \"a\"'",
      "show a.csv --where 'model == 1'", "diff a.csv b.csv", "diff a.csv b.csv --format markdown",
      "diff a.csv b.csv --format json", "diff a.csv b.csv --format junit",
      "diff a.csv b.csv --significance 0.05", "diff a.csv c.csv", "diff a.csv b.csv --output -x",
      "show c.csv", "diff a.csv c.csv --format markdown",
    ])
  func `of tables is not obeyed`(command: String) async throws {
    let sandbox = try Sandbox()
    // Three thousand folders in a name only make the test slow.
    let texts = HostileText.all.filter { $0.utf8.count < 1000 }
    try sandbox.write(table(texts, accuracy: "0.5"), to: "a.csv")
    try sandbox.write(table(texts, accuracy: "0.4"), to: "b.csv")
    try sandbox.write(
      table(texts, accuracy: "0.4").replacing("accuracy_low", with: "::error::\u{1B}[1m"),
      to: "c.csv")
    let ending = try await sandbox.shell(
      "nsl-run \(command)", environment: ["GITHUB_ACTIONS": "true"])
    #expect(!(ending.output + ending.error).isEmpty)
    #expect(obeyed(in: ending.output).isEmpty, "\(ending)")
    #expect(obeyed(in: ending.error).isEmpty, "\(ending)")
  }

  @Test func `of tables is in annotations only as what they say`() async throws {
    let sandbox = try Sandbox()
    let texts = HostileText.all.filter { $0.utf8.count < 1000 }
    try sandbox.write(table(texts, accuracy: "0.5"), to: "a.csv")
    try sandbox.write(table(texts, accuracy: "0.4"), to: "b.csv")
    let ending = try await sandbox.run("diff", "a.csv", "b.csv", "--format", "github")
    #expect(ending.status == 3)
    let lines = ending.output.split(separator: "\n")
    #expect(lines.count == 10)
    for line in lines { #expect(line.hasPrefix("::error title="), "\(line)") }
  }

  @Test func `of tables is no formula in CSV, and compares as what it was`() async throws {
    let sandbox = try Sandbox()
    // A terminal's forms are replaced, not written back; a comma makes two cells of none.
    let texts = HostileText.formulas.filter { text in
      !text.unicodeScalars.contains { $0.isUnprintable || $0 == "," }
    }
    try sandbox.write(table(texts, accuracy: "0.5"), to: "a.csv")
    let ending = try await sandbox.shell(
      """
      nsl-run show a.csv --format csv > shown.csv; nsl-run show a.csv --format json > a.json
      nsl-run show shown.csv --format csv > again.csv; nsl-run show shown.csv --format json > b.json
      cmp shown.csv again.csv; cmp a.json b.json; nsl-run diff shown.csv again.csv
      """)
    #expect(ending.status == 0, "\(ending)")
    let shown = try sandbox.read("shown.csv")
    #expect(shown.contains(",'=1+1,") && shown.contains(",'@SUM(1+9),"))
    #expect(!shown.contains(",=") && !shown.contains(",@") && !shown.contains(",\"="))
  }

  // MARK: Specs

  @Test func `of specs is no name`() async throws {
    let sandbox = try Sandbox()
    // What is left are letters, digits, dots and underscores.
    let allowed: Set<String> = ["www.example.org", "baselines", "_a_", "__a__"]
    for (index, text) in HostileText.all.enumerated() where !allowed.contains(text) {
      let name = quoted(text)
      let places = [
        "experiment: \(name)\n", "tags: [\(name)]\n", "models: { \(name): {} }\n",
        "eval: { attacks: [{ name: fgsm, epsilon: 0.1, label: \(name) }] }\n",
        "sweep: { grid: { adversarial: [{ method: nsl, label: \(name) }] } }\n",
        "eval: { attacks: [{ name: fgsm, epsilon: 0.1, source: \(name) }] }\n",
      ]
      for (place, line) in places.enumerated() {
        try sandbox.write("dataset: synthetic-digits\n" + line, to: "\(index)-\(place).yaml")
      }
    }
    let ending = try await sandbox.shell(
      "nsl-run validate *.yaml", environment: ["GITHUB_ACTIONS": "true"])
    #expect(ending.status == 2)
    #expect(!ending.output.contains(": ok"), "\(ending.output)")
    #expect(obeyed(in: ending.output).isEmpty && obeyed(in: ending.error).isEmpty, "\(ending)")
  }

  @Test func `of descriptions is shown, not obeyed, and leads nowhere`() async throws {
    let sandbox = try Sandbox()
    let text = HostileText.all.filter { $0.utf8.count < 200 }.joined(separator: "\n")
    try sandbox.write(
      "description: \(quoted(text))\n"
        + Sandbox.tinySpec.replacing("seeds: 2", with: "seeds: 1"), to: "tiny.yaml")
    for command in [
      "plan tiny.yaml", "plan tiny.yaml --json", "plan tiny.yaml --resolved", "validate tiny.yaml",
      "tiny.yaml", "explain tiny.yaml", "show tiny", "list", "list --json", "report tiny.yaml",
      "diff tiny tiny", "run tiny.yaml --verbose", "run no.yaml",
      "plan tiny.yaml 'epochs=\(text.prefix(40))'",
    ] {
      let ending = try await sandbox.shell(
        "nsl-run \(command)", environment: ["GITHUB_ACTIONS": "true"])
      #expect(obeyed(in: ending.output).isEmpty, "\(command)\n\(ending)")
      #expect(obeyed(in: ending.error).isEmpty, "\(command)\n\(ending)")
    }
    let written = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder.string)
    #expect(Set(written).subtracting(["tiny.yaml", "results", "cache"]).isEmpty, "\(written)")
    let results = try FileManager.default.contentsOfDirectory(atPath: sandbox.path("results"))
    #expect(Set(results) == [".store", "tiny"])
    let page = try Markup(
      try sandbox.read("results/tiny/report.html").drop { $0 != "\n" }, isVoid: Page.isVoid,
      isRaw: Page.isRaw)
    #expect(page.isBalanced)
    #expect(page.elements.count { $0 == "script" } == 1)
    #expect(!page.attributes.contains { $0.name.hasPrefix("on") })
    for attribute in page.attributes where ["href", "src"].contains(attribute.name) {
      #expect(attribute.value.hasPrefix("#") || attribute.value.hasPrefix("data:"))
    }
  }

  @Test func `of the longest names fits into every file's name`() async throws {
    let sandbox = try Sandbox()
    func name(_ letter: Character) -> String { String(repeating: letter, count: 100) }
    try sandbox.write(
      """
      experiment: \(name("e"))
      dataset: { name: synthetic-digits, train_limit: 100, test_limit: 50 }
      architecture: { input_shape: [28, 28, 1], num_classes: 10, conv_filters: [4], num_fc_units: [8] }
      hparams: { epochs: 1, checkpoint_every: 1 }
      models: { \(name("a")): {}, \(name("b")): {} }
      eval:
        attacks:
          - { name: pgd, label: \(name("l")), epsilon: 1.2345678901234567e-5, norm: l2, steps: 1,
              source: \(name("b")), keep: true }
      seeds: 1

      """, to: "long.yaml")
    let ending = try await sandbox.run("long.yaml", "--quiet")
    #expect(ending.status == 0, "\(ending)")
    let files = sandbox.files(below: "results/\(name("e"))").filter { $0.contains(name("l")) }
    #expect(files.count == 5 && files.contains { $0.hasSuffix(".npz") }, "\(files)")
  }
}

/// Elements of the report.
private enum Page {
  static func isVoid(_ name: String) -> Bool {
    ["meta", "img", "link", "br", "col"].contains(name)
  }
  static func isRaw(_ name: String) -> Bool { ["style", "script"].contains(name) }
}
