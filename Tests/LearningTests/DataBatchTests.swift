import FoundationEssentials
import Learning
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("Batches and their order")
struct DataBatchTests {
  @Test func `a batch holds value / 255 in float32 and the labels, in the indices' order`() throws {
    try withTemporaryFolder { folder in
      try TinyDataset().write(to: folder)
      let split = try Dataset.Split(
        images: folder.appending(DatasetFileName.trainImages),
        labels: folder.appending(DatasetFileName.trainLabels), classes: 10)
      #expect((split.height, split.width, split.channels, split.imageSize) == (2, 2, 1, 4))
      var images = [Float](repeating: -1, count: 12)
      var labels = [Int32](repeating: -1, count: 3)
      let count = images.withUnsafeMutableBufferPointer { images in
        labels.withUnsafeMutableBufferPointer { labels in
          split.fill(images: images, labels: labels, indices: [2, 0])
        }
      }
      #expect(count == 2)
      let bytes: [Float] = [8, 9, 10, 11, 0, 1, 2, 3]
      #expect(images == bytes.map { $0 / 255 } + [-1, -1, -1, -1])
      #expect(labels == [5, 9, -1])
    }
  }

  @Test func `a limit takes the front`() throws {
    try withTemporaryFolder { folder in
      try TinyDataset().write(to: folder)
      func count(_ limit: Int?) throws -> Int {
        try Dataset.Split(
          images: folder.appending(DatasetFileName.trainImages),
          labels: folder.appending(DatasetFileName.trainLabels), classes: 10, limit: limit
        ).count
      }
      #expect(try [count(2), count(3), count(99), count(nil)] == [2, 3, 3, 3])
    }
  }

  @Test func `an order is a permutation that seed and epoch decide`() {
    let order = ShuffledOrder(count: 1000, seed: 7, epoch: 3)
    #expect(order.indices.sorted() == Array(0..<1000))
    #expect(order.indices == ShuffledOrder(count: 1000, seed: 7, epoch: 3).indices)
    #expect(order.indices != ShuffledOrder(count: 1000, seed: 7, epoch: 4).indices)
    #expect(order.indices != ShuffledOrder(count: 1000, seed: 8, epoch: 3).indices)
    #expect(ShuffledOrder(count: 0, seed: 1, epoch: 0).indices.isEmpty)
  }

  @Test func `batches cover the order; the last may be smaller`() {
    let order = ShuffledOrder(count: 70, seed: 1, epoch: 0)
    #expect(order.batchCount(size: 32) == 3)
    let batches = (0..<3).map { order.batch($0, size: 32) }
    #expect(batches.map(\.count) == [32, 32, 6])
    #expect(batches.flatMap { $0 } == order.indices)
  }
}

/// The folder of real files, where the person who runs the tests has them.
private let dataFolder = ProcessInfo.processInfo.environment["NSL_DATA_DIR"]

@Suite("The real MNIST", .enabled(if: dataFolder != nil, "NSL_DATA_DIR is not set"))
struct DataMNISTTests {
  @Test func `has its published digests, counts and first labels`() throws {
    try withTemporaryFolder { folder in
      var locations = DatasetLocations(below: folder)
      locations.dataFolder = dataFolder.map { FilePath($0) }
      let library = DatasetLibrary(locations)
      let prepared = try library.prepare(.mnist, testLimit: 1000).dataset
      #expect(prepared.digest.hasPrefix("sha256:ba891046"))
      let dataset = try prepared.open()
      #expect(dataset.train.count == 60_000)
      #expect(dataset.test.count == 1000)
      #expect(dataset.train.imageSize == 784)
      #expect((0..<5).map { dataset.train.label($0) } == [5, 0, 4, 1, 9])
      #expect((0..<5).map { dataset.test.label($0) } == [7, 2, 1, 0, 4])
    }
  }
}
