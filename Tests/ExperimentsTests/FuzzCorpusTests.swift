import FoundationEssentials
import TestSupport
import Testing

@Suite struct `What the fuzzer found` {
  @Test func `is read without a crash`() throws {
    let text = String(decoding: try fixture("fuzz-corpus.txt"), as: UTF8.self)
    let lines = text.split(separator: "\n")
    #expect(lines.count > 200)
    for line in lines {
      let bytes = try #require(Data(base64Encoded: String(line)))
      FuzzedFront.exercise(Array(bytes))
    }
  }
}
