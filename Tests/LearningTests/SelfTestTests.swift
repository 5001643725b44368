import Learning
import Testing

@Suite struct `The self-test` {
  @Test func `has parts of different names, each with a digest that is known`() {
    let names = SelfTest.parts.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(SelfTest.knownParts == Set(names))
  }

  @Test(arguments: ["activations", "dense", "odd shapes"])
  func `gives the same bits as on other machines, on any number of threads`(word: String) throws {
    let parts = SelfTest.parts.filter { $0.name.contains(word) }
    let digests = try SelfTest.run(parts)
    #expect(digests.count == 2 && digests.allSatisfy(\.isExpected), "\(digests)")
    #expect(try SelfTest.run(parts, threads: 2) == digests)
  }
}
