import YAML

extension DatasetName {
  /// Height, width, channels of one example.
  package var inputShape: [Int] {
    switch self {
    case .mnist, .syntheticDigits: [28, 28, 1]
    }
  }

  package var numClasses: Int {
    switch self {
    case .mnist, .syntheticDigits: 10
    }
  }
}

/// `dataset:`.
enum DatasetSection {
  private static let type = ValueType<DatasetName>.choice(
    "data set", later: ["fashion-mnist", "kmnist", "cifar10", "idx"])

  static let name = OptionalKey("name", type, .required, "the data set")
  static let fallback = Key(
    "fallback", .orNone(type), default: nil,
    "used, loudly and named in every row, where `name` can neither be found nor downloaded")
  static let trainLimit = OptionalKey(
    "train_limit", .integer(1...), .words("all"),
    "at most so many training examples, from the front")
  static let testLimit = OptionalKey(
    "test_limit", .integer(1...), .words("all"), "at most so many test examples, from the front")

  static let section = Section(
    "dataset", "what is learned, and how much of it",
    keys: [
      name.description, fallback.description, trainLimit.description, testLimit.description,
    ],
    later: ["validation_split", "path"])

  static func decode(
    _ node: Node?, in document: SourceRange, _ diagnostics: Diagnostics
  ) -> DatasetSettings? {
    let reader = SectionReader(section, node, fallbackRange: document, diagnostics)
    let name = reader.required(name)
    let fallback = reader.value(fallback)
    if let fallback, fallback == name {
      diagnostics.error(
        .conflict, "`fallback` is the data set itself", at: reader.place("fallback"),
        suggestion: "write `none`, or another data set")
    }
    let (train, test) = (reader.value(trainLimit), reader.value(testLimit))
    return name.map {
      DatasetSettings(name: $0, fallback: fallback, trainLimit: train, testLimit: test)
    }
  }
}
