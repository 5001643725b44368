internal import Settings
import SystemPackage

/// `synthetic-digits` as a dataset: drawn into the cache.
struct DrawnDigits: DataSource {
  let format: ImageFormat? = ImageFormat(
    height: SyntheticDigits.side, width: SyntheticDigits.side, channels: 1, classes: 10)

  func classNames(_ request: DataRequest) -> [String]? { PublishedDataset.digitNames }

  func digest(_ request: DataRequest) -> String { SyntheticDigits.digest }

  func facts(_ request: DataRequest, in cache: DatasetCache) -> DatasetFacts {
    let layout = layout(request)
    return DatasetFacts(
      digest: digest(request),
      classes: classes(in: cache.find(layout.folder, sizes: layout.sizes)))
  }

  func counts(_ request: DataRequest) -> (train: Int, test: Int)? {
    (SyntheticDigits.trainCount, SyntheticDigits.testCount)
  }

  func place(_ request: DataRequest, in cache: DatasetCache) -> DatasetStatus.Place {
    let layout = layout(request)
    return cache.find(layout.folder, sizes: layout.sizes).map { .cache($0) } ?? .drawn
  }

  private func layout(
    _ request: DataRequest
  ) -> (train: Int, test: Int, folder: String, sizes: [String: Int]) {
    let train = min(request.trainLimit ?? .max, SyntheticDigits.trainCount)
    let test = min(request.testLimit ?? .max, SyntheticDigits.testCount)
    let layout = SyntheticDigits.layout(train: train, test: test)
    return (train, test, layout.folder, layout.sizes)
  }

  /// The folder of drawn digits, drawn now where the cache lacks it.
  func prepare(
    _ request: DataRequest, in cache: DatasetCache
  ) throws(DatasetError) -> PreparedFolder {
    let layout = layout(request)
    let total = layout.train + layout.test
    let drawn = try cache.folder(layout.folder, sizes: layout.sizes) {
      let train = SyntheticDigits.draw(.train, count: layout.train) {
        cache.progress(.drawing(done: $0, of: total))
      }
      let test = SyntheticDigits.draw(.test, count: layout.test) {
        cache.progress(.drawing(done: layout.train + $0, of: total))
      }
      func shape(_ count: Int) -> [Int] { [count, SyntheticDigits.side, SyntheticDigits.side] }
      typealias File = DatasetCache.File
      return [
        File(
          name: DatasetFileName.trainImages, bytes: IDX.header(shape(layout.train)) + train.images),
        File(name: DatasetFileName.trainLabels, bytes: IDX.header([layout.train]) + train.labels),
        File(
          name: DatasetFileName.testImages, bytes: IDX.header(shape(layout.test)) + test.images),
        File(name: DatasetFileName.testLabels, bytes: IDX.header([layout.test]) + test.labels),
      ]
    }
    return PreparedFolder(
      path: drawn.path, isTemporary: drawn.isTemporary, digest: SyntheticDigits.digest)
  }
}

extension SyntheticDigits {
  /// What names the content.
  package static var digest: String { "synthetic-digits-\(revision)" }

  /// The folder in the cache for so many examples, and its files' sizes.
  static func layout(train: Int, test: Int) -> (folder: String, sizes: [String: Int]) {
    func imageBytes(_ count: Int) -> Int { IDX.headerSize(rank: 3) + count * side * side }
    func labelBytes(_ count: Int) -> Int { IDX.headerSize(rank: 1) + count }
    return (
      "\(digest)-\(train)-\(test)",
      [
        DatasetFileName.trainImages: imageBytes(train),
        DatasetFileName.trainLabels: labelBytes(train),
        DatasetFileName.testImages: imageBytes(test),
        DatasetFileName.testLabels: labelBytes(test),
      ]
    )
  }
}
