import Learning
import Testing

@Suite struct `The size of a batch` {
  @Test func `is such that it takes about 15 seconds`() {
    var pace = BatchPace(largest: 512, smallest: 32, expecting: 0.001)
    #expect(pace.next == 512)
    // Half a second each: whole passes only.
    pace.add(512, seconds: 256)
    #expect(pace.wanted == 30 && pace.next == 32)
    pace.smallest = 8
    #expect(pace.next == 24)
    // The slower of the last batch and of all.
    pace.add(24, seconds: 96)
    #expect(pace.wanted == 3 && pace.next == 8)
    pace.add(8, seconds: 0)
    #expect(pace.wanted == Int(15 / (352.0 / 544)) && pace.next == 16)
  }

  @Test(arguments: [(50, 32, nil), (16, 16, 0.5), (50, 32, 0.1)] as [(Int, Int, Double?)])
  func `is the largest where that is quick enough, or not known to be slow`(
    largest: Int, smallest: Int, each: Double?
  ) {
    #expect(BatchPace(largest: largest, smallest: smallest, expecting: each).next == largest)
  }
}
