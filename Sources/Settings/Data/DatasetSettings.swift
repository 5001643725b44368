/// `dataset:`: the dataset, and how much of it is used.
package struct DatasetSettings: SectionSettings {
  package var name = DatasetName.syntheticDigits
  /// The folder or file that it is taken from, absolute; `nil` for where datasets lie.
  package var path: String?
  package var trainImages: String?
  package var trainLabels: String?
  package var testImages: String?
  package var testLabels: String?
  /// Used, with a warning, where `name` can neither be found nor downloaded.
  package var fallback: DatasetName?
  /// At most this many training examples, the first ones; `nil` for all.
  package var trainLimit: Int?
  /// At most this many test examples, the first ones; `nil` for all.
  package var testLimit: Int?
  /// The share of training examples, the last ones, that is kept for validation.
  package var validationSplit = 0.0
  /// Whether that share of each class is kept, chosen by the seed, instead of the last ones.
  package var validationShuffle = false

  package init() {}

  package static let names = SettingType<DatasetName>.choice("dataset")

  package static let fields: [Field<DatasetSettings>] = [
    Field(\.name, "name", names, "the dataset", isRequired: true),
    Field(
      \.path, "path", .path,
      "the folder with its files, relative to this file; for `files`, an NPZ file or a folder of NPY"
        + " files with `x_train`, `y_train`, `x_test` and `y_test`; for `image-folder`, a folder with"
        + " `train/CLASS/*.png` and `test/CLASS/*.png`",
      default:
        "looked for in `$NSL_DATA_DIR`, Keras's and torchvision's folders and the cache, else"
        + " downloaded"),
    ownFile(\.trainImages, "train_images", "the training images"),
    ownFile(\.trainLabels, "train_labels", "the training labels"),
    ownFile(\.testImages, "test_images", "the test images"),
    ownFile(\.testLabels, "test_labels", "the test labels"),
    Field(
      \.fallback, "fallback", names.orNone,
      "the dataset used instead, with a warning, if `name` can be neither found nor downloaded;"
        + " every row names it"),
    Field(
      \.trainLimit, "train_limit", .integer(1...),
      "maximum number of training examples; the first ones are used", default: "all"),
    Field(
      \.testLimit, "test_limit", .integer(1...),
      "maximum number of test examples; the first ones are used", default: "all"),
    Field(
      \.validationSplit, "validation_split", .number(.unitBelowOne),
      "fraction of the training examples, the last ones, held out for validation"),
    Field(
      \.validationShuffle, "validation_shuffle", .boolean,
      "hold out this fraction of each class, chosen with the seed, instead of the last examples"),
  ]

  private static func ownFile(
    _ path: any WritableKeyPath<DatasetSettings, String?> & Sendable, _ name: String,
    _ what: String
  ) -> Field<DatasetSettings> {
    Field(
      path, name, .path,
      "for `files`: the NPY, NPZ or IDX file with \(what), relative to this file",
      default: "in `path`")
  }

  /// The keys that say where data lie.
  package static let placeKeys = ["path"] + fileKeys

  /// The keys of the four files of own arrays.
  package static let fileKeys = ["train_images", "train_labels", "test_images", "test_labels"]

  /// Where own data lie; `nil` for published and drawn ones.
  package var own: OwnData? {
    guard name.isOwn else { return nil }
    if let path { return .path(path) }
    guard let trainImages, let trainLabels, let testImages, let testLabels else { return nil }
    return .files(
      trainImages: trainImages, trainLabels: trainLabels, testImages: testImages,
      testLabels: testLabels)
  }
}

extension SettingType {
  /// The same, or the word `none`.
  package var orNone: SettingType<Value?> {
    SettingType<Value?>(
      .either([schema, .choice(["none"])]),
      encode: { $0.map(encode) ?? .text("none") }, isValid: { $0.map(isValid) ?? true },
      decode: { source in
        if source.word == "none" { return .some(nil) }
        return decode(source).map { .some($0) }
      })
  }
}
