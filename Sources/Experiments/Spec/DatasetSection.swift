import YAML

extension DatasetName {
  /// Height, width, channels of one example; `nil` for own files, which may hold anything.
  package var inputShape: [Int]? {
    switch self {
    case .mnist, .fashionMNIST, .kmnist, .syntheticDigits: [28, 28, 1]
    case .cifar10: [32, 32, 3]
    case .idx: nil
    }
  }

  package var numClasses: Int? {
    switch self {
    case .mnist, .fashionMNIST, .kmnist, .cifar10, .syntheticDigits: 10
    case .idx: nil
    }
  }
}

/// `dataset:`.
enum DatasetSection {
  private static let type = ValueType<DatasetName>.choice("data set")

  static let name = OptionalKey("name", type, .required, "the data set")
  static let path = OptionalKey(
    "path", .text, .words("`$NSL_DATA_DIR/<name>`, the cache, a download"),
    "the folder that its files lie in, relative to this file; needed for `idx`")
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

  static let section = Section(
    "dataset", "what is learned, and how much of it",
    keys: [
      name.description, path.description, fallback.description, trainLimit.description,
      testLimit.description, validationSplit.description,
    ])

  static func decode(
    _ node: Node?, in document: SourceRange, _ diagnostics: Diagnostics
  ) -> DatasetSettings? {
    let reader = SectionReader(section, node, fallbackRange: document, diagnostics)
    let name = reader.required(name)
    let path = path(of: name, reader)
    let fallback = reader.value(fallback)
    if let name, let fallback { check(fallback, for: name, reader) }
    let (train, test) = (reader.value(trainLimit), reader.value(testLimit))
    let split = reader.value(validationSplit)
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
    return name.map {
      DatasetSettings(
        name: $0, path: path, fallback: fallback, trainLimit: train, testLimit: test,
        validationSplit: split > 0 ? split : nil)
    }
  }

  /// No file of a data set counts more.
  private static let mostExamples = 1 << 32

  /// `path`, from the root.
  private static func path(of name: DatasetName?, _ reader: SectionReader) -> String? {
    let given = reader.value(path)
    switch name {
    case .idx where given == nil:
      if reader.node(path.name) == nil {
        reader.diagnostics.error(
          .missingKey, "`path` is missing: `idx` is a folder of your own files",
          at: reader.place(Self.name.name), suggestion: "add `path: FOLDER`")
      }
    case .syntheticDigits where given != nil:
      reader.diagnostics.error(
        .conflict, "`path` means nothing to synthetic-digits, which the program draws",
        at: reader.place(path.name))
    default: break
    }
    guard let given, let file = reader.node(path.name)?.range.source.name else { return nil }
    return SpecFile.absolute(SpecFile.resolve(given, relativeTo: file))
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
    } else if name == .idx {
      error("own files have no fallback: they are there, or the spec is wrong", "write `none`")
    } else if fallback == .idx {
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
