internal import Experiments
package import Learning
package import Results
package import Settings
internal import SystemPackage

/// The first images of a dataset as they are, for pictures: no evaluation stores them.
package struct CleanImages: Sendable {
  private let data: Dataset
  private let digest: String

  /// - Parameter digest: Names the dataset's contents.
  package init(_ data: Dataset, digest: String) {
    self.data = data
    self.digest = digest
  }

  /// Those of a plan's dataset, where it is on this machine; nothing is downloaded or drawn.
  ///
  /// - Parameter path: Where the spec says that it lies.
  static func find(for plan: Plan, path: FilePath?, _ library: DatasetLibrary) -> CleanImages? {
    let datasets = plan.stages.map { stage in
      switch stage.work {
      case .train(let work): work.dataset
      case .evaluate(let work): work.dataset
      }
    }
    func most(_ limit: (ResolvedDataset) -> Int?) -> Int? {
      let limits = datasets.map(limit)
      return limits.contains(nil) ? nil : limits.compactMap { $0 }.max()
    }
    let limits = (train: most(\.trainLimit), test: most(\.testLimit))
    let (name, own) = (plan.dataset.name, plan.dataset.own)
    switch library.status(of: name, trainLimit: limits.train, testLimit: limits.test).place {
    case .found, .cache, .own: break
    case .mirrors, .drawn, .broken: if path == nil { return nil }
    }
    let shape = plan.runs.first?.models.first?.settings.architecture
    let format = shape.map { architecture in
      ImageFormat(
        height: architecture.inputShape[0], width: architecture.inputShape[1],
        channels: architecture.inputShape[2], classes: architecture.numClasses)
    }
    guard
      let prepared = try? library.prepare(
        name, from: path, own: own, format: format, trainLimit: limits.train,
        testLimit: limits.test, progress: { _ in }
      ).dataset
    else { return nil }
    defer { try? prepared.removeIfTemporary() }
    guard prepared.digest == plan.dataset.digest, let data = try? prepared.open() else {
      return nil
    }
    return CleanImages(data, digest: prepared.digest)
  }

  /// Names the images of a split.
  package func origin(_ split: EvaluationSplit) -> String { "\(digest) \(split.rawValue)" }

  /// The labels of the first examples, `count` at most.
  package func labels(_ split: EvaluationSplit, _ count: Int) -> [Int] {
    (0..<min(count, data[split].count)).map { Int(data[split].label($0)) }
  }

  /// The first examples, `count` at most.
  package func images(_ split: EvaluationSplit, _ count: Int) -> [GridImage] {
    let part = data[split]
    let area = part.height * part.width
    return (0..<min(count, part.count)).map { index in
      let pixels = part.pixels(index)
      return GridImage(
        height: part.height, width: part.width, channels: part.channels,
        // Channels are the last dimension there.
        values: (0..<part.imageSize).map { place in
          Float(pixels[place % part.channels * area + place / part.channels]) / 255
        })
    }
  }
}
