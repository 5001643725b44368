internal import FoundationEssentials

/// A log directory for each training: `000-1a2b3c4d/base/`.
struct TensorBoardFolder {
  /// TensorBoard reads files with `tfevents` in their names.
  static let fileName = "events.out.tfevents.nsl-run"
  /// The first record of a file says which version its format is.
  private static let version = "brain.Event:2"

  let experiment: TrackedExperiment
  private let hparams: HParams

  init(_ experiment: TrackedExperiment) {
    self.experiment = experiment
    hparams = HParams(experiment)
  }

  /// Whether a file of the folder may have that path: what is written here has no other.
  static func isPath(_ parts: [Substring]) -> Bool {
    parts.count == 3 && parts[2] == fileName
  }

  func files(_ put: (TrackedFile) throws -> Void) rethrows {
    var names = PlainNames()
    for training in experiment.trainings {
      let folder = names.name(
        "\(PlainNames.part(training.run))/\(PlainNames.part(training.model))")
      try put(TrackedFile("\(folder)/\(Self.fileName)", parts(training)))
    }
  }

  /// A training's events, in order of step.
  private func parts(_ training: TrackedTraining) -> [TrackedFile.Part] {
    let last = training.lastEpoch
    var start = EventRecord.bytes(step: 0, .fileVersion(Self.version))
    start += EventRecord.bytes(step: 0, [hparams.experimentValue, hparams.start(of: training)])
    for epoch in 0...last {
      let values = training.curves.flatMap { curve in
        curve.points.filter { $0.epoch == epoch }.map { ("training/\(curve.name)", $0.value) }
      }
      if !values.isEmpty { start += EventRecord.bytes(step: epoch, values.map(Self.scalar)) }
    }
    let metrics = training.evaluations.flatMap(\.metrics)
    if !metrics.isEmpty { start += EventRecord.bytes(step: last, metrics.map(Self.scalar)) }
    let pictures = training.pictures.map { picture in
      TrackedFile.Part.made(
        TrackedArtifact(picture.name, origin: picture.origin) {
          EventRecord.bytes(
            step: last, [Self.image(picture.name, png: try picture.make())])
        })
    }
    let end = EventRecord.bytes(step: last, [hparams.end(of: training)])
    return [.bytes(start)] + pictures + [.bytes(end)]
  }

  /// - Parameter value: Kept in single precision, which is what is measured.
  private static func scalar(_ tag: String, _ value: Double) -> TensorBoardSummary.Value {
    var scalar = TensorBoardSummary.Value()
    scalar.tag = tag
    scalar.simpleValue = Float(value)
    return scalar
  }

  private static func image(_ name: String, png: [UInt8]) -> TensorBoardSummary.Value {
    var image = TensorBoardSummary.Image()
    // A PNG file begins with a signature of 8 bytes and the header's length, type, width and height.
    func number(at place: Int) -> Int32 {
      png.dropFirst(place).prefix(4).reduce(0) { $0 << 8 | Int32($1) }
    }
    image.width = number(at: 16)
    image.height = number(at: 20)
    image.colorspace = 3
    image.encodedImageString = Data(png)
    var value = TensorBoardSummary.Value()
    value.tag = "images/\(name)"
    value.image = image
    return value
  }
}
