import Learning
import Settings
import TestSupport
import Testing

@Suite("Synthetic digits")
struct DataDigitsTests {
  /// The first thousand examples must be the same on every machine and for ever: where this
  /// fails after an intended change, `SyntheticDigits.revision` goes up and the digest changes.
  @Test func `are the same bytes everywhere`() {
    let train = SyntheticDigits.draw(.train, count: 1000)
    let test = SyntheticDigits.draw(.test, count: 1000)
    #expect(SyntheticDigits.revision == 1)
    #expect(
      [train.images, train.labels, test.images].map(digest) == [
        "4f8fdaba14d94a55a09018a966a5c553381fe42118b0a4d1aded560814a55485",
        "46c6280f58e93407090bbdfb21e3e1acf6a33fe4ad5f361f0d1cc03a143fb225",
        "4c4655bb1edba1ec76a201ca265e7ed8f301fd7c2b2396931ec47b995df72f8f",
      ])
  }

  @Test func `a smaller set is the front of a larger one`() {
    let small = SyntheticDigits.draw(.train, count: 25)
    let large = SyntheticDigits.draw(.train, count: 50)
    #expect(Array(large.images.prefix(small.images.count)) == small.images)
    #expect(Array(large.labels.prefix(25)) == small.labels)
  }

  @Test func `each ten neighbors hold each digit once, in changing order`() {
    let labels = (0..<1000).map { SyntheticDigits.label(.train, $0) }
    var orders: Set<[UInt8]> = []
    for start in stride(from: 0, to: 1000, by: 10) {
      let block = Array(labels[start..<start + 10])
      #expect(block.sorted() == Array(0...9))
      orders.insert(block)
    }
    #expect(orders.count > 95)
  }

  @Test func `test pictures are not train pictures`() {
    func pictures(_ split: SyntheticDigits.Split) -> Set<ArraySlice<UInt8>> {
      let images = SyntheticDigits.draw(split, count: 200).images
      return Set((0..<200).map { images[$0 * 784..<($0 + 1) * 784] })
    }
    let train = pictures(.train)
    #expect(train.count == 200)
    #expect(train.isDisjoint(with: pictures(.test)))
  }

  @Test func `look like ink on paper`() {
    let drawn = SyntheticDigits.draw(.train, count: 300)
    for index in 0..<300 {
      let picture = drawn.images[index * 784..<(index + 1) * 784]
      #expect(picture.contains { $0 > 200 }, "picture \(index) has no ink")
      let dark = picture.count { $0 > 127 }
      #expect((15...260).contains(dark), "picture \(index) has \(dark) dark pixels")
    }
  }
}
