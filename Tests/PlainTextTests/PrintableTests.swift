import PlainText
import Testing

@Suite struct `A text for a terminal` {
  @Test(
    arguments: [
      ("plain", "plain"), ("größer 日本 🙂 x²", "größer 日本 🙂 x²"),
      ("\u{1B}[2J\u{1B}]0;title\u{07}", "\u{FFFD}[2J\u{FFFD}]0;title\u{FFFD}"),
      ("a\rb\u{0}c\u{7F}", "a\u{FFFD}b\u{FFFD}c\u{FFFD}"), ("a\tb", "a b"),
      ("\u{9B}31m\u{85}", "\u{FFFD}31m\u{FFFD}"), ("\u{202E}evil\u{2066}", "\u{FFFD}evil\u{FFFD}"),
      ("\u{2028}\u{200B}\u{FEFF}", "\u{FFFD}\u{FFFD}\u{FFFD}"),
    ])
  func `holds nothing that moves, rings, colors or reorders`(text: String, expected: String) {
    #expect(text.printable == expected)
    #expect(text.printableLines == expected)
    #expect(text.printable.unicodeScalars.count == text.unicodeScalars.count)
  }

  @Test func `of several lines keeps its line feeds, and nothing else`() {
    #expect("a\nb\r\nc".printableLines == "a\nb\u{FFFD}\nc")
    #expect("a\nb".printable == "a\u{FFFD}b")
  }

  @Test func `in JSON means the same as before`() {
    #expect(
      "{\n\"a\": \"\u{202E}\u{9B}é\u{E0001}\"\n}".printableJSON
        == "{\n\"a\": \"\\u202e\\u009bé\\udb40\\udc01\"\n}")
  }
}
