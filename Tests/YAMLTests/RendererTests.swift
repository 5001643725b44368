import PlainText
import TestSupport
import Testing
import YAML

@Suite struct `Rendered diagnostics` {
  private let source = SourceText(
    name: "t.yaml",
    text: "first: 1\n\tsecond:\tvalue \u{1B}[31m\nthird: \(String(repeating: "long ", count: 60))\n"
  )

  private func range(_ line: Int, _ start: Int, _ end: Int) -> SourceRange {
    SourceRange(
      source: source, start: Mark(line: line, column: start), end: Mark(line: line, column: end))
  }

  private var diagnostics: [Diagnostic] {
    [
      Diagnostic(
        code: .duplicateKey, "a plain one", at: range(1, 1, 6), suggestion: "did you mean `f`?",
        notes: [
          Diagnostic.Note("elsewhere", at: range(3, 1, 6)), Diagnostic.Note("without a place"),
        ]),
      Diagnostic(code: .yamlSyntax, "tabs and escapes", at: range(2, 10, 15)),
      Diagnostic(.warning, code: .yamlSyntax, "in a long line", at: range(3, 158, 162)),
      Diagnostic(code: .yamlSyntax, "at the end of the text", at: range(4, 1, 1)),
      Diagnostic(code: .yamlSyntax, "beyond the text", at: range(99, 9, 9)),
      Diagnostic(code: .file, "without a place"),
    ]
  }

  @Test func `show the line, a caret and what to do`() throws {
    try expectSnapshot(DiagnosticRenderer().render(diagnostics), named: "renderer-plain.txt")
  }

  @Test func `have colors on a terminal`() throws {
    try expectSnapshot(
      DiagnosticRenderer(color: true).render(diagnostics[0]), named: "renderer-color.txt")
  }

  @Test func `are sorted by place, each once`() {
    let error = DiagnosticsError(diagnostics.reversed() + diagnostics)
    #expect(error.diagnostics.map { $0.mark?.line } == [nil, 1, 2, 3, 4, 99])
  }
}

@Suite struct `Suggestions` {
  private let words = ["batch_size", "epochs", "optimizer", "learning_rate", "adv_step_size"]

  @Test(arguments: [
    ("batchsize", "batch_size"), ("batchSize", "batch_size"), ("BATCH-SIZE", "batch_size"),
    ("epoch", "epochs"), ("ephocs", "epochs"), ("optimiser", "optimizer"),
    ("optimzer", "optimizer"), ("learnign_rate", "learning_rate"), ("step_size", "adv_step_size"),
    ("dataset", nil), ("x", nil), ("", nil), ("zzzzzzzz", nil),
  ])
  func `are near words`(word: String, expected: String?) {
    #expect(closest(to: word, among: words) == expected)
  }

  @Test func `count edits`() {
    #expect(editDistance("", "abc") == 3)
    #expect(editDistance("kitten", "sitting") == 3)
    #expect(editDistance("ab", "ba") == 1)
  }
}
