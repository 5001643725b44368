import Engine
import Files
import Learning
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("Examples kept for validation")
struct DataSplitTests {
  /// Data with these labels, and images that tell their index.
  private func withData<Result>(
    _ labels: [UInt8], _ body: (Dataset.Split) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      let (images, classes) = (folder.appending("images"), folder.appending("labels"))
      try AtomicFile.write(
        IDX.header([labels.count, 1, 1]) + labels.indices.map { UInt8($0) }, to: images)
      try AtomicFile.write(IDX.header([labels.count]) + labels, to: classes)
      return try body(try Dataset.Split(images: images, labels: classes, classes: 10))
    }
  }

  /// The indices of the examples of a source, and their labels.
  private func contents(_ source: any ExampleSource) -> (indices: [Int], labels: [Int32]) {
    var images = [Float](repeating: 0, count: source.count)
    var labels = [Int32](repeating: 0, count: source.count)
    images.withUnsafeMutableBufferPointer { images in
      labels.withUnsafeMutableBufferPointer { labels in
        _ = source.fill(images: images, labels: labels, indices: 0..<source.count)
      }
    }
    return (images.map { Int(($0 * 255).rounded()) }, labels)
  }

  private static let sorted = (0..<100).map { UInt8($0 / 20) }

  @Test func `that are all there is of a class are said`() throws {
    try withData(Self.sorted) { data in
      let split = try ValidationSplit(data, share: 0.2, shuffledBy: nil)
      #expect(contents(split.validation).indices == Array(80..<100))
      #expect(
        split.warning
          == "no example of class 4 is trained on: `validation_split` 0.2 keeps the last 20 of 100 "
          + "training examples, and these seem to be sorted; `validation_shuffle: true` keeps that "
          + "share of each class instead")
      #expect(try ValidationSplit(data, share: 0.1, shuffledBy: nil).warning == nil)
      #expect(
        ValidationSplit.warning(data.classes, count: 40, share: 0.5)?.contains("class 1 is") == true
      )
    }
  }

  @Test func `are a share of each class, by the seed, with validation_shuffle`() throws {
    try withData(Self.sorted + [7]) { data in
      var chosen: Set<[Int]> = []
      for seed in 0..<5 {
        for _ in 0..<2 {
          let split = try ValidationSplit(data, share: 0.2, shuffledBy: seed)
          let (trained, kept) = (contents(split.training), contents(split.validation))
          #expect(split.warning == nil)
          #expect((trained.indices + kept.indices).sorted() == Array(0..<101))
          #expect(trained.indices == trained.indices.sorted())
          #expect((0..<5).allSatisfy { label in kept.labels.count { $0 == label } == 4 })
          // The only one of its class is trained on.
          #expect(trained.labels.last == 7)
          chosen.insert(kept.indices)
        }
      }
      #expect(chosen.count == 5)
    }
  }
}
