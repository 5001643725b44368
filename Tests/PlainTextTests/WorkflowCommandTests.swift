import PlainText
import TestSupport
import Testing

@Suite struct `A log of a workflow` {
  /// The command that GitHub's runner finds in a line, as its `ActionCommand` does.
  private func command(in line: some StringProtocol) -> String? {
    let text = line.drop(while: \.isWhitespace)
    if text.hasPrefix("::"), let end = text.dropFirst(2).firstRange(of: "::") {
      return String(text[text.startIndex..<end.upperBound])
    }
    guard let start = line.firstRange(of: "##["),
      let end = line[start.upperBound...].firstIndex(of: "]")
    else { return nil }
    return String(line[start.lowerBound...end])
  }

  @Test func `would obey what it is shown`() {
    #expect(HostileText.markup.count { command(in: $0) != nil } == 5)
  }

  @Test(arguments: HostileText.all)
  func `has no commands of others`(text: String) {
    for shown in ["", "a ", "\n", "  ", "a\r\n"].map({ ($0 + text).withoutWorkflowCommands }) {
      for line in shown.split(whereSeparator: \.isNewline) {
        #expect(command(in: line) == nil, "\(line)")
      }
    }
  }

  @Test(arguments: ["a::b", "Foo::Bar", "# [x]", "##", "a: b", "::1 is a host\t", "", "x[##]"])
  func `is what it was without any`(text: String) {
    let shown = text.withoutWorkflowCommands
    #expect(shown == (text.hasPrefix("::") ? ": " + text.dropFirst() : text))
    #expect("::error::a".logged(in: [:]) == "::error::a")
    #expect("::error::a".logged(in: ["GITHUB_ACTIONS": "true"]) == ": :error::a")
  }
}
