import YAML

extension DatasetName {
  /// Height, width, channels of one example; `nil` for own files, which may hold anything.
  package var inputShape: [Int]? {
    switch self {
    case .mnist, .fashionMNIST, .kmnist, .syntheticDigits: [28, 28, 1]
    case .cifar10: [32, 32, 3]
    case .idx, .files: nil
    }
  }

  /// Whether it is the user's own.
  var isOwn: Bool { inputShape == nil }

  package var numClasses: Int? {
    switch self {
    case .mnist, .fashionMNIST, .kmnist, .cifar10, .syntheticDigits: 10
    case .idx, .files: nil
    }
  }
}

/// `dataset:`.
enum DatasetSection {
  private static let type = ValueType<DatasetName>.choice("data set")

  static let name = OptionalKey("name", type, .required, "the data set")
  static let path = OptionalKey(
    "path", .text,
    .words("`$NSL_DATA_DIR`, Keras's and torchvision's folders, the cache, a download"),
    "the folder that its files lie in, relative to this file; for `files`, an NPZ file or a folder "
      + "of NPY files with `x_train`, `y_train`, `x_test` and `y_test`")
  static let trainImages = ownFile("train_images", "the training images")
  static let trainLabels = ownFile("train_labels", "the training labels")
  static let testImages = ownFile("test_images", "the test images")
  static let testLabels = ownFile("test_labels", "the test labels")

  private static func ownFile(_ name: String, _ what: String) -> OptionalKey<String> {
    OptionalKey(
      name, .text, .words("in `path`"),
      "for `files`: the NPY, NPZ or IDX file of \(what), relative to this file")
  }
  static let fallback = Key(
    "fallback", .orNone(type), default: nil,
    "used, loudly and named in every row, where `name` can neither be found nor downloaded")
  static let trainLimit = OptionalKey(
    "train_limit", .integer(1...), .words("all"),
    "at most so many training examples, from the front")
  static let testLimit = OptionalKey(
    "test_limit", .integer(1...), .words("all"), "at most so many test examples, from the front")
  static let validationSplit = Key(
    "validation_split", .number(.unitBelowOne), default: 0,
    "the share of training examples, the last ones, that is measured but not trained on")

  static let validationShuffle = Key(
    "validation_shuffle", .boolean, default: false,
    "hold out that share of each class, chosen by the seed, not the last examples")

  static let section = Section(
    "dataset", "what is learned, and how much of it",
    keys: [
      name.description, path.description, trainImages.description, trainLabels.description,
      testImages.description, testLabels.description, fallback.description, trainLimit.description,
      testLimit.description, validationSplit.description, validationShuffle.description,
    ])

  static func decode(
    _ node: Node?, in document: SourceRange, _ diagnostics: Diagnostics
  ) -> DatasetSettings? {
    let reader = SectionReader(section, node, fallbackRange: document, diagnostics)
    let name = reader.required(name)
    let path = path(of: name, reader)
    let files = files(of: name, reader)
    let fallback = reader.value(fallback)
    if let name, let fallback { check(fallback, for: name, reader) }
    let (train, test) = (reader.value(trainLimit), reader.value(testLimit))
    let knownSplit = reader.known(validationSplit)
    let split = knownSplit ?? validationSplit.fallback
    if split > 0 {
      let examples = min(train ?? .max, mostExamples)
      let trained = Int(nearest: (Double(examples) * (1 - split)).rounded(.down))
      if trained == 0 || trained == examples {
        let of = train.map { " of \($0) training examples" } ?? ""
        diagnostics.error(
          .conflict, "`validation_split` \(split)\(of) leaves one side empty",
          at: reader.place(validationSplit.name))
      }
    }
    let isShuffled = reader.value(validationShuffle)
    reader.accept(
      only: section.names.filter { split > 0 || knownSplit == nil || $0 != validationShuffle.name },
      suggestion: "add `validation_split: 0.1`"
    ) { "`\($0)` means nothing without `validation_split`" }
    return name.map {
      DatasetSettings(
        name: $0, path: path, files: files, fallback: fallback, trainLimit: train, testLimit: test,
        validationSplit: split > 0 ? split : nil,
        validationShuffle: isShuffled && split > 0 ? true : nil)
    }
  }

  /// No file of a data set counts more.
  private static let mostExamples = 1 << 32

  /// `path`, from the root.
  private static func path(of name: DatasetName?, _ reader: SectionReader) -> String? {
    let given = reader.value(path)
    switch name {
    case .idx where given == nil:
      if reader.lacks(path.name) {
        reader.diagnostics.error(
          .missingKey, "`path` is missing: `idx` is a folder of your own files",
          at: reader.place(Self.name.name), suggestion: "add `path: FOLDER`")
      }
    case .files where given == nil:
      if reader.node(path.name) == nil, fileKeys.allSatisfy({ reader.node($0.name) == nil }) {
        reader.diagnostics.error(
          .missingKey, "`path` is missing: `files` are arrays of your own",
          at: reader.place(Self.name.name),
          suggestion: "add `path: data.npz`, or \(listed(fileKeys.map(\.name)))")
      }
    case .syntheticDigits where given != nil:
      reader.diagnostics.error(
        .conflict, "`path` means nothing to synthetic-digits, which the program draws",
        at: reader.place(path.name))
    default: break
    }
    return given.flatMap { absolute($0, path, reader) }
  }

  /// From the root, as seen from the file that it stands in.
  private static func absolute(
    _ given: String, _ key: OptionalKey<String>, _ reader: SectionReader
  ) -> String? {
    reader.node(key.name).map { node in
      SpecFile.absolute(SpecFile.resolve(given, relativeTo: node.range.source.name))
    }
  }

  private static let fileKeys = [trainImages, trainLabels, testImages, testLabels]

  /// The file of each array: all four are given, or none.
  private static func files(
    of name: DatasetName?, _ reader: SectionReader
  ) -> OwnFilesSettings? {
    let given = fileKeys.filter { reader.node($0.name) != nil }
    guard let first = given.first else { return nil }
    let paths = fileKeys.map { key in
      reader.value(key).flatMap { absolute($0, key, reader) }
    }
    if let name, name != .files {
      reader.diagnostics.error(
        .conflict, "`\(first.name)` is not a setting of \(name.rawValue)",
        at: reader.keyRange(first.name), suggestion: "write `name: files`")
    } else if reader.node(path.name) != nil {
      reader.diagnostics.error(
        .conflict, "`\(first.name)` and `path` cannot both be given",
        at: reader.keyRange(first.name),
        notes: [Diagnostic.Note("the other one", at: reader.keyRange(path.name))])
    } else if given.count < fileKeys.count {
      let missing = fileKeys.filter { reader.node($0.name) == nil }.map(\.name)
      reader.diagnostics.error(
        .missingKey,
        "\(listed(missing)) \(missing.count == 1 ? "is" : "are") missing beside "
          + "`\(first.name)`", at: reader.keyRange(first.name))
    }
    guard let trainImages = paths[0], let trainLabels = paths[1], let testImages = paths[2],
      let testLabels = paths[3]
    else { return nil }
    return OwnFilesSettings(
      trainImages: trainImages, trainLabels: trainLabels, testImages: testImages,
      testLabels: testLabels)
  }

  private static func check(
    _ fallback: DatasetName, for name: DatasetName, _ reader: SectionReader
  ) {
    func error(_ message: String, _ suggestion: String) {
      reader.diagnostics.error(
        .conflict, message, at: reader.place(Self.fallback.name), suggestion: suggestion)
    }
    if fallback == name {
      error("`fallback` is the data set itself", "write `none`, or another data set")
    } else if name.isOwn {
      error("own files have no fallback: they are there, or the spec is wrong", "write `none`")
    } else if fallback.isOwn {
      error("`fallback` cannot be own files", "write `none`, or another data set")
    } else if let shape = name.inputShape, let other = fallback.inputShape, shape != other {
      let fitting = DatasetName.allCases.filter { $0 != name && $0.inputShape == shape }
      error(
        "images of \(fallback.rawValue) are \(shapeText(other)), those of \(name.rawValue)"
          + " \(shapeText(shape))",
        fitting.isEmpty ? "write `none`" : "use \(listed(fitting.map(\.rawValue)))")
    }
  }
}
