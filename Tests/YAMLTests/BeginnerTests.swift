import TestSupport
import Testing
import YAML

/// What people who do not write YAML every day get wrong, with what they meant.
private let mistakes: [(name: String, text: String)] = [
  ("a tab indents", "a:\n\tb: 1\n"),
  ("a tab after spaces", "a:\n  b: 1\n  \tc: 2\n"),
  ("a tab before a list", "a:\n\t- 1\n"),
  ("a tab inside a flow list", "a: [1,\n\t2]\nb:\n\t3\n"),
  ("no space after the colon, then a right key", "epochs:5\nbatch_size: 3\n"),
  ("no space after the colon, below a right key", "a: 1\nepochs:5\n"),
  ("no space after the colon, between right keys", "a: 1\nepochs:5\nb: 2\n"),
  ("no space after the colon, nested", "a:\n  epochs:5\n  b: 2\n"),
  ("an equals sign", "a: 1\nepochs = 5\nb: 2\n"),
  ("no colon at all", "a: 1\nepochs\nb: 2\n"),
  ("no colon after a section", "a: 1\nhparams\n  epochs: 5\n"),
  ("a quote that is never closed", "a: \"b\nc: 1\n"),
  ("an apostrophe that is never closed", "a: 'b\nc: 1\n"),
  ("a quote in the middle of a quote", "a: 'it's'\nb: 1\n"),
  ("words after a quote", "a: \"b\" c\nd: 1\n"),
  ("a bracket that is never closed", "a: [1, 2\n"),
  ("a bracket that is never closed before a key", "a: [1, 2\nb: 3\n"),
  ("a brace that is never closed", "a: {b: 1\n"),
  ("a brace that is never closed before a key", "a: {b: 1\nc: 2\n"),
  ("a bracket closed by a brace", "a: [1, 2}\nb: 1\n"),
  ("a brace closed by a bracket", "a: {b: 1]\nc: 1\n"),
  ("a bracket too many", "a: [1, 2]]\nb: 1\n"),
  ("a brace too many", "a: {b: 1}}\n"),
  ("no comma in a list", "a: [1, [2] [3]]\n"),
  ("no comma in a mapping", "a: {b: \"1\" c: 2}\n"),
  ("a key one space too deep", "a:\n  b: 1\n   c: 2\n"),
  ("a key one space too shallow", "a:\n  b: 1\n c: 2\n"),
  ("a key deeper than a value", "a: 1\n  b: 2\n"),
  ("a list item one space too shallow", "a:\n  - 1\n - 2\n"),
  ("the first line indented", "  a: 1\nb: 2\n"),
  ("a key among the items of a list", "a:\n  - 1\n  b: 2\n"),
  ("an item among the keys of a mapping", "a:\n  b: 1\n  - 2\n"),
  ("a list behind its key", "a: - 1\n   - 2\n"),
  ("two colons", "a: b: c\n"),
  ("a colon in a value", "a: see: here\nb: 1\n"),
  ("a time of day and a colon", "a: it is 12: noon\n"),
  ("a value that begins with a quote", "a: \"b\": c\n"),
  ("an at sign", "a: @b\n"),
  ("a percent sign", "a: %b\n"),
  ("a backtick", "a: `b`\n"),
  ("an asterisk", "a: *.csv\n"),
  ("an asterisk alone", "a: *\n"),
  ("an ampersand", "a: &\n"),
  ("an exclamation mark", "a: !important\n"),
  ("a comma first", "a: , b\n"),
  ("a greater-than sign", "a: > 3\n"),
  ("a bar", "a: | 3\n"),
  ("a closing bracket first", "a: ]\n"),
  ("a document that is ended", "a: 1\n...\nb: 2\n"),
  ("a second document", "a: 1\n---\nb: 2\n"),
  ("a rule of dashes", "a: 1\n---------\nb: 2\n"),
  ("front matter", "---\na: 1\n---\n"),
  ("a backslash in a quote", "a: \"C:\\data\"\n"),
  ("a short escape", "a: \"\\x1\"\n"),
  ("a directive", "%TAG\na: 1\n"),
  ("another version", "%YAML 2.0\n---\na: 1\n"),
  ("JSON with a comment", "{\n  // comment\n  \"a\": 1\n}\n"),
  ("JSON without a comma", "{\n  \"a\": 1\n  \"b\": 2\n}\n"),
  ("a key without a name", "a: 1\n: 2\n- 3\n"),
  ("an indented block scalar that ends early", "a: |\n   x\n  y\nb: 1\n"),
]

@Suite struct `Beginners' mistakes` {
  @Test func `are explained in words`() throws {
    var snapshot = ""
    for (name, text) in mistakes {
      let document = parse(text)
      #expect(!document.diagnostics.isEmpty, "accepted: \(name)")
      snapshot += "# \(name)\n\(DiagnosticsError(document.diagnostics))\n"
    }
    try expectSnapshot(snapshot, named: "beginners.txt")
  }
}
