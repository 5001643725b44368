import Settings
import YAML

/// `dataset:`.
enum DatasetSection {
  /// The key that says which dataset it is.
  static let name = "name"

  static let section = Section(
    "dataset", "the dataset, and how much of it is used", keys: DatasetSettings.keys,
    words: DatasetName.allCases.map {
      SectionWord(text: $0.rawValue, summary: $0.summary, keys: $0.keys)
    })

  /// - Returns: `nil` where nobody knows which dataset it is.
  static func decode(
    _ node: Node?, in document: SourceRange, _ diagnostics: Diagnostics
  ) -> DatasetSettings? {
    let reader = SectionReader(section, node, fallbackRange: document, diagnostics)
    let settings = DatasetSettings(reading: reader)
    let shuffle = "validation_shuffle"
    let isSplit =
      settings.validationSplit > 0
      || reader.node("validation_split") != nil && !reader.isGiven("validation_split")
    reader.accept(
      only: section.names.filter { isSplit || $0 != shuffle },
      suggestion: "add `validation_split: 0.1`"
    ) { "`\($0)` needs `validation_split`" }
    return reader.isGiven("name") ? settings : nil
  }
}
