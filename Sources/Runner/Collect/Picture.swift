internal import Settings
internal import Experiments
internal import Results
internal import SystemPackage

/// A grid of the first images of an attack, with what models say about them.
struct Picture {
  /// The file's name without its ending.
  let name: String
  let title: String
  /// The evaluation whose images are shown.
  let images: StageManifest
  let shape: [Int]
  let labels: [Int]
  let predictions: [ImageGrid.Predictions]

  /// Names everything that decides the picture.
  let origin: String

  /// Raised when the same content is drawn in another way.
  private static let revision = 1

  private init(
    name: String, title: String, images: StageManifest, digest: String,
    answers: [(model: String, record: EvaluationRecord)]
  ) {
    self.name = name
    self.title = title
    self.images = images
    shape = answers[0].record.shape
    labels = answers[0].record.labels
    predictions = answers.map { model, record in
      ImageGrid.Predictions(model: model, classes: record.predictions)
    }
    let words = ["\(Self.revision)", title, digest, "\(shape)", "\(labels)"]
    let said = predictions.map { "\($0.model) \($0.classes)" }
    origin = ContentStore.digest(Array((words + said).joined(separator: "\n").utf8))
  }

  /// The pictures of a run: one per attack through a named model, whose images all models share;
  /// for attacks of each model through its own gradients, one per model.
  static func all(of run: PlannedRun, in collection: Collection) -> [Picture] {
    let count = run.models.map(\.evaluations.count).max() ?? 0
    return (0..<count).flatMap { index -> [Picture] in
      let asked = run.models.filter { $0.evaluations.indices.contains(index) }
      guard let attack = asked.first?.evaluations[index].attack else { return [] }
      let answers = asked.compactMap { model in
        Answer(model.settings.name, collection, model.evaluations[index].stage)
      }
      let stem = RunFolder.stem(attack)
      let words = "\(attack.name) \(attack.norm.name) \(attack.epsilon.radiusText)"
      switch attack.source {
      case .model(let source):
        // The images depend on the source alone; should they differ nevertheless, only models that
        // were shown the same ones are shown together.
        let shared = answers.filter { $0.digest == answers[0].digest }
        return picture(stem, "\(words), gradients of \(source)", shared)
      case .own:
        return answers.flatMap { answer in
          picture("\(stem)-\(answer.model)", "\(words), own gradients", [answer])
        }
      }
    }
  }

  private struct Answer {
    let model: String
    let manifest: StageManifest
    let digest: String
    let record: EvaluationRecord

    init?(_ model: String, _ collection: Collection, _ key: StageKey) {
      guard let manifest = collection.result(key).manifest,
        let record = collection.evaluation(key), !record.labels.isEmpty,
        // Grey or coloured: others cannot be drawn.
        record.shape.count == 3, [1, 3].contains(record.shape[2]),
        let file = manifest.file(OutputFile.images)
      else { return nil }
      self.model = model
      self.manifest = manifest
      self.record = record
      digest = file.sha256
    }
  }

  private static func picture(_ name: String, _ title: String, _ answers: [Answer]) -> [Picture] {
    guard let first = answers.first else { return [] }
    return [
      Picture(
        name: name, title: title, images: first.manifest, digest: first.digest,
        answers: answers.map { ($0.model, $0.record) })
    ]
  }
}

/// Draws pictures, each of them once: runs of one sweep share many.
struct PictureMaker {
  let store: ContentStore
  private var drawn: [String: [UInt8]] = [:]

  init(store: ContentStore) { self.store = store }

  mutating func png(_ picture: Picture) throws -> [UInt8] {
    if let bytes = drawn[picture.origin] { return bytes }
    let size = picture.shape.reduce(1, *)
    let images = ImageBytes.decode(
      try store.read(OutputFile.images, of: picture.images), size: size)
    guard images.count == picture.labels.count else {
      throw StoreError(
        path: store.path(of: picture.images.key).appending(OutputFile.images),
        message: "\(images.count) images for \(picture.labels.count) labels")
    }
    let bytes = try ImageGrid(
      title: picture.title,
      images: images.map {
        GridImage(
          height: picture.shape[0], width: picture.shape[1], channels: picture.shape[2], values: $0)
      },
      labels: picture.labels, predictions: picture.predictions
    ).png()
    drawn[picture.origin] = bytes
    return bytes
  }
}
