import Learning
import Results
import Runner
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite struct `Clean images of pictures` {
  @Test func `are the first ones of a split`() throws {
    try withTemporaryFolder { folder in
      let prepared = try DatasetLibrary(
        DatasetLocations(
          dataFolder: nil, cacheFolder: folder.appending("cache"), temporaryFolder: folder)
      ).prepare(.syntheticDigits, trainLimit: 80, testLimit: 40).dataset
      let data = try prepared.open()
      let clean = CleanImages(data, digest: prepared.digest)
      for split in [EvaluationSplit.test, .train] {
        let part = data[split]
        #expect(clean.labels(split, 50).count == min(50, part.count))
        #expect(clean.labels(split, 5) == (0..<5).map { Int(part.label($0)) })
        let images = clean.images(split, 5)
        #expect(images.count == 5)
        for (index, image) in images.enumerated() {
          #expect(image.height == 28 && image.width == 28 && image.channels == 1)
          #expect(image.values == part.pixels(index).map { Float($0) / 255 })
          #expect(image.values.contains { $0 > 0 })
        }
      }
      #expect(clean.origin(.test) != clean.origin(.train))
    }
  }
}
