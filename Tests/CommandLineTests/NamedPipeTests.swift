import Testing

/// Everything is ended after a minute: what was a hang is a failure.
@Suite struct `A named pipe` {
  private static let program = "timeout -s KILL 60 nsl-run"

  @Test func `in the place of a table is replaced by it`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let first = try await sandbox.run("tiny.yaml", "--quiet")
    #expect(first.status == 0, "\(first)")
    let second = try await sandbox.shell(
      """
      cd results/tiny
      rm results.csv summary.csv timings.csv results.json .lock
      mkfifo results.csv summary.csv timings.csv results.json .lock
      cd ../..
      \(Self.program) tiny.yaml --quiet
      cd results/tiny
      test -f summary.csv -a -f timings.csv -a -f results.json
      """)
    #expect(second.status == 0, "\(second)")
    #expect(try await sandbox.read("results/tiny/results.csv") == Sandbox.tinyResults.value)
  }

  @Test func `in the place of a log is replaced by it`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let first = try await sandbox.run("tiny.yaml", "--quiet")
    #expect(first.status == 0, "\(first)")
    let again = try await sandbox.shell(
      """
      for entry in results/.store/??/*; do
        mkfifo "results/.store/logs/$(basename "$entry").log"
        rm -r "$entry"
      done
      \(Self.program) tiny.yaml --quiet
      """)
    #expect(again.status == 0, "\(again)")
  }

  @Test(
    arguments: [
      ("validate pipe", Int32(2)), ("plan pipe", 2), ("run pipe", 2), ("validate child.yaml", 2),
      ("show pipe", 1), ("diff pipe good.csv", 4), ("diff good.csv pipe", 4), ("show /dev/zero", 1),
      ("validate /dev/zero", 2), ("show huge.csv", 1),
    ])
  func `is refused, as devices and what has no end are`(
    arguments: String, status: Int32
  ) async throws {
    let sandbox = try Sandbox()
    try sandbox.write("extends: pipe\n", to: "child.yaml")
    try sandbox.write("a,b\n1,2\n", to: "good.csv")
    let ending = try await sandbox.shell(
      "mkfifo pipe; truncate -s 100G huge.csv; \(Self.program) \(arguments)")
    #expect(ending.status == status, "\(ending)")
    #expect(ending.error.contains("error: "), "\(ending)")
  }

  @Test func `that a shell has opened is read`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    try sandbox.write(HostileTableTests.table("base"), to: "table.csv")
    let ending = try await sandbox.shell(
      """
      bash -c 'nsl-run validate <(cat tiny.yaml) && nsl-run show <(cat table.csv)'
      cat tiny.yaml | nsl-run validate /dev/stdin
      """)
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.output.contains("98.00"), "\(ending)")
  }
}

@Suite("Cells of a table")
struct HostileTableTests {
  /// A table whose model, dataset and swept value have a name of somebody's choice.
  static func table(_ name: String, accuracy: String = "0.98") -> String {
    let name = "\"\(name)\""
    return "run,lr\(name == "\"base\"" ? "" : "\u{202E}\u{1B}[1m"),seed,dataset,model,attack,"
      + "source,norm,epsilon,examples,correct,accuracy,accuracy_low,accuracy_high,loss,mean_linf,"
      + "mean_l2,status\n"
      + "0,\(name),1,\(name),\(name),clean,,,0,100,98,\(accuracy),0.9,0.99,0.06,0,0,ok\n"
      + "0,2,1,\(name),other,\(name),self,l2,0.1,100,50,0.5,0.4,0.6,0.06,0,0,ok\n"
  }

  @Test func `are shown without what a terminal would obey`() async throws {
    let sandbox = try Sandbox()
    let name = "\u{1B}]0;title\u{07}\u{1B}[2J\r\u{0}\u{9B}31m\u{202E}evil\u{2028}\u{200D}"
    try sandbox.write(Self.table(name), to: "a.csv")
    try sandbox.write(Self.table(name, accuracy: "0.97"), to: "b.csv")
    for command in [
      "show a.csv", "diff a.csv b.csv", "diff a.csv b.csv --format markdown",
      "show \"$(printf 'no\\033[31m\\007such')\"", "validate \"$(printf 'no\\033[31msuch')\"",
    ] {
      let ending = try await sandbox.shell("nsl-run \(command)")
      let text = ending.output + ending.error
      #expect(text.contains("\u{FFFD}"), "\(command): \(text)")
      let obeyed = text.unicodeScalars.filter { scalar in
        scalar != "\n"
          && [.control, .format, .lineSeparator].contains(scalar.properties.generalCategory)
      }
      #expect(obeyed.isEmpty, "\(command): \(obeyed.map { String($0.value, radix: 16) })")
    }
  }
}
