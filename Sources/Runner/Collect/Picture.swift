internal import Settings
internal import Experiments
internal import Results
internal import SystemPackage

/// A grid of the first images of an attack beside the clean ones, with what models predict.
struct Picture {
  /// The file's name without its ending.
  let name: String
  /// The same without the model, of an attack on each model through its own gradients.
  let stem: String
  let title: String
  /// The run, its point and its seed.
  let subtitle: String
  /// The evaluation whose images are shown.
  let images: StageManifest
  /// Of the same images as they are; `nil` where the data are not at hand.
  let clean: CleanImages?
  private let split: EvaluationSplit
  let shape: [Int]
  let labels: [Int]
  let predictions: [ImageGrid.Predictions]
  let classNames: [String]?

  /// Names everything that decides the picture.
  let origin: String

  /// Raised when the same content is drawn in another way.
  private static let revision = 3

  /// More are not shown.
  private static let mostImages = 16

  private init(
    stem: String, model: String?, title: String, subtitle: String, clean: CleanImages?,
    classNames: [String]?, evaluated: [Evaluated]
  ) {
    self.stem = stem
    name = model.map { "\(stem)-\($0)" } ?? stem
    self.title = title
    self.subtitle = subtitle
    self.classNames = classNames
    let first = evaluated[0]
    let count = min(Self.mostImages, first.record.labels.count)
    images = first.manifest
    shape = first.record.shape
    let labels = Array(first.record.labels.prefix(count))
    self.labels = labels
    split = first.split
    let isSame = clean.map { $0.labels(first.split, count) == labels } ?? false
    self.clean = isSame ? clean : nil
    predictions = evaluated.map { one in
      ImageGrid.Predictions(model: one.model, classes: Array(one.record.predictions.prefix(count)))
    }
    let words = [
      "\(Self.revision)", title, subtitle, first.digest, self.clean?.origin(split) ?? "",
      "\(shape)",
      "\(labels)", "\(classNames ?? [])",
    ]
    let said = predictions.map { "\($0.model) \($0.classes)" }
    origin = ContentStore.digest(Array((words + said).joined(separator: "\n").utf8))
  }

  /// As many clean images as it has labels.
  fileprivate var cleanImages: [GridImage]? { clean?.images(split, labels.count) }

  /// The pictures of a run: one per corruption or attack through a named model, whose images all
  /// models share; for attacks of each model through its own gradients, one per model.
  static func all(of run: PlannedRun, in collection: Collection) -> [Picture] {
    let count = run.models.map(\.evaluations.count).max() ?? 0
    let subtitle = (["run \(run.name)"] + collection.plan.facts(of: run)).joined(separator: ", ")
    func picture(
      _ stem: String, of model: String? = nil, _ title: String, _ evaluated: [Evaluated]
    ) -> [Picture] {
      guard !evaluated.isEmpty else { return [] }
      return [
        Picture(
          stem: stem, model: model, title: title, subtitle: subtitle, clean: collection.cleanImages,
          classNames: collection.classNames, evaluated: evaluated)
      ]
    }
    return (0..<count).flatMap { index -> [Picture] in
      let models = run.models.filter { $0.evaluations.indices.contains(index) }
      guard let attack = models.first?.evaluations[index].attack else { return [] }
      let evaluated = models.compactMap { model in
        Evaluated(model.settings.name, collection, model.evaluations[index].stage)
      }
      let stem = RunFolder.stem(attack)
      // The images depend on the source alone; should they differ nevertheless, only models that
      // were shown the same ones are shown together.
      let shared = evaluated.filter { $0.digest == evaluated[0].digest }
      guard attack.hasBall else { return picture(stem, attack.name, shared) }
      let words =
        "\(attack.name) \(attack.norm.name) \(attack.epsilon.radiusText)"
        + target(of: attack, collection.classNames)
      switch attack.source {
      case .model(let source):
        return picture(stem, "\(words), gradients of \(source)", shared)
      case .own:
        return evaluated.flatMap { one in
          picture(stem, of: one.model, "\(words), own gradients", [one])
        }
      }
    }
  }

  /// `, to the next class` or `, to class 3 (cat)`, where the attack's name does not say it.
  private static func target(of attack: AttackSettings, _ classNames: [String]?) -> String {
    guard let target = attack.target else { return "" }
    if case .label(let label) = target, let classNames, classNames.indices.contains(label),
      classNames[label] != "\(label)"
    {
      return ", to \(target.phrase) (\(classNames[label]))"
    }
    return attack.label == nil ? "" : ", to \(target.phrase)"
  }

  /// An evaluation that is stored, with images that can be drawn.
  private struct Evaluated {
    let model: String
    let manifest: StageManifest
    let digest: String
    let record: EvaluationRecord
    let split: EvaluationSplit

    init?(_ model: String, _ collection: Collection, _ key: StageKey) {
      guard let manifest = collection.result(key).manifest,
        let record = collection.evaluation(key), !record.labels.isEmpty,
        // Grey or coloured: others cannot be drawn.
        record.shape.count == 3, [1, 3].contains(record.shape[2]),
        let file = manifest.file(OutputFile.images)
      else { return nil }
      self.model = model
      split = collection.split(of: key)
      self.manifest = manifest
      self.record = record
      digest = file.sha256
    }
  }
}

/// Draws pictures, each of them once: runs of one sweep share many.
struct PictureMaker {
  let store: ContentStore
  private var drawn: [String: [UInt8]] = [:]

  init(store: ContentStore) { self.store = store }

  mutating func png(_ picture: Picture) throws -> [UInt8] {
    if let bytes = drawn[picture.origin] { return bytes }
    let bytes = try grid(picture).png()
    drawn[picture.origin] = bytes
    return bytes
  }

  /// The picture before it is drawn.
  func grid(_ picture: Picture) throws -> ImageGrid {
    ImageGrid(
      title: picture.title, subtitle: picture.subtitle,
      images: try images(of: picture.images, picture),
      clean: picture.cleanImages, labels: picture.labels,
      predictions: picture.predictions, classNames: picture.classNames)
  }

  /// As many images of an evaluation as the picture has labels.
  private func images(of manifest: StageManifest, _ picture: Picture) throws -> [GridImage] {
    let images = ImageBytes.decode(
      try store.read(OutputFile.images, of: manifest), size: picture.shape.reduce(1, *))
    guard images.count >= picture.labels.count else {
      throw StoreError(
        path: store.path(of: manifest.key).appending(OutputFile.images),
        message: "\(images.count) images for \(picture.labels.count) labels")
    }
    return images.prefix(picture.labels.count).map {
      GridImage(
        height: picture.shape[0], width: picture.shape[1], channels: picture.shape[2], values: $0)
    }
  }
}
