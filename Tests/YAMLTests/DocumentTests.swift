import TestSupport
import Testing
import YAML

func parse(_ text: String) -> YAMLDocument {
  YAMLDocument(SourceText(name: "t.yaml", text: text))
}

@Suite struct `Documents` {
  @Test func `keep the place of every key and value`() throws {
    let root = try parse("a: 1\nbé: { c: [x, 'y z'] }\n# no\nd:\n  - - q\n").checked()
    let entries = try #require(root.mapping)
    #expect(
      entries.map(\.key.mark) == [
        Mark(line: 1, column: 1), Mark(line: 2, column: 1),
        Mark(line: 4, column: 1),
      ])
    #expect(
      entries.map(\.value.mark) == [
        Mark(line: 1, column: 4), Mark(line: 2, column: 5),
        Mark(line: 5, column: 3),
      ])
    let items = try #require(root["bé"]?["c"]?.sequence)
    #expect(items.map(\.mark) == [Mark(line: 2, column: 11), Mark(line: 2, column: 14)])
    #expect(items[1].range.end == Mark(line: 2, column: 19))
    #expect(items[1].scalar == Scalar("y z", style: .singleQuoted))
  }

  @Test func `know block scalars, comments, directives and markers`() throws {
    let root = try parse("%YAML 1.2\n---\na: |\n  x\n  y\nb: >-\n  x\n  y # no comment\n...\n")
      .checked()
    #expect(root["a"]?.scalar == Scalar("x\ny\n", style: .literal))
    #expect(root["b"]?.scalar == Scalar("x y # no comment", style: .folded))
  }

  @Test func `count lines with any line break`() throws {
    let root = try parse("a: 1\r\nb: 2\rc: 3\n").checked()
    #expect(root.mapping?.map(\.key.mark.line) == [1, 2, 3])
  }

  @Test func `ignore a byte order mark`() throws {
    let root = try parse("\u{FEFF}a: 1\n").checked()
    #expect(root["a"]?.mark == Mark(line: 1, column: 4))
  }

  @Test func `put an aliased value where its alias stands`() throws {
    let root = try parse("a: &x {k: 1}\nb: *x\n").checked()
    #expect(root["b"]?.mark == Mark(line: 2, column: 4))
    #expect(root["b"]?["k"]?.mark == Mark(line: 1, column: 11))
  }

  @Test func `merge mappings, their own keys first`() throws {
    let root = try parse(
      """
      one: &one {a: 1, b: 1}
      two: &two {b: 2, c: 2}
      all: {<<: [*one, *two], c: 3}
      text: {"<<": 1}
      """
    ).checked()
    let all = try #require(root["all"]?.mapping)
    #expect(all.map { $0.key.scalar?.text } == ["a", "b", "c"])
    #expect(all.map { $0.value.scalar?.text } == ["1", "1", "3"])
    #expect(root["text"]?["<<"] != nil)
  }

  @Test(arguments: [
    ("empty", ""),
    ("only-comments", "# nothing\n\n"),
    ("only-a-marker", "---\n"),
    ("two-documents", "a: 1\n---\nb: 2\n"),
    ("duplicate-keys", "a: 1\nb: {c: 1, c: 2}\na: 3\n"),
    ("tab", "a:\n\tb: 1\n"),
    ("tab-after-spaces", "a:\n  b: 1\n\tc: 2\n"),
    ("no-colon", "a: 1\nb\nc: 2\n"),
    ("colon-in-value", "a: b: c\n"),
    ("indentation", "a:\n  b: 1\n c: 2\n"),
    ("open-list", "a: [1, 2\nb: 3\n"),
    ("open-mapping", "a: {b: 1\n"),
    ("open-quote", "a: \"b\nc: 1\n"),
    ("reserved", "a: @b\n"),
    ("unknown-alias", "defaults: &defaults 1\na: *default\n"),
    ("alias-in-itself", "a: &x\n  b: *x\n"),
    ("unknown-tag", "a: !!python/object x\nb: !mine {}\nc: !!int x\n"),
    ("list-as-key", "? [a, b]\n: 1\n"),
    ("wrong-merge", "a:\n  <<: 3\n"),
    ("control-character", "a: 1\nb: x\u{1}y\n"),
    ("bad-escape", "a: \"\\q\"\n"),
    ("list-in-mapping", "a: 1\n- b\n"),
  ])
  func `say what is wrong with them`(name: String, text: String) throws {
    let document = parse(text)
    #expect(!document.diagnostics.isEmpty)
    try expectSnapshot(
      DiagnosticsError(document.diagnostics).description, named: "document-\(name).txt")
  }

  @Test func `must be UTF-8`() throws {
    let bytes: [UInt8] = Array("a: 1\nb: é".utf8) + [0xFF, 0x0A]
    do {
      _ = try SourceText(name: "t.yaml", bytes: bytes)
      Issue.record("accepted")
    } catch let error as DiagnosticsError {
      try expectSnapshot(error.description, named: "document-not-utf8.txt")
    }
  }

  @Test func `may not laugh a billion times`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    let document = parse(text)
    #expect(document.root == nil)
    #expect(document.diagnostics.map(\.code) == [.yamlLimit])
  }

  @Test func `may not merge a billion times`() {
    var text = "a0: &a0 {x: 1, y: 2}\n"
    for level in 1...40 {
      text += "a\(level): &a\(level) {l: *a\(level - 1), r: *a\(level - 1), <<: *a\(level - 1)}\n"
    }
    #expect(parse(text).diagnostics.map(\.code) == [.yamlLimit])
  }

  @Test func `may not nest without end`() {
    #expect(parse(String(repeating: "[", count: 100_000)).diagnostics.map(\.code) == [.yamlLimit])
    #expect(parse(String(repeating: "- ", count: 500)).diagnostics.map(\.code) == [.yamlLimit])
    // Through aliases, each of which is shallow.
    var text = "a0: &a0 [x]\n"
    for level in 1...100 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(parse(text).diagnostics.map(\.code) == [.yamlLimit])
  }
}
