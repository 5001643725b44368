/// A number of an epoch, by its column of `history.csv`.
package struct Monitor: Codable, Hashable, Sendable {
  package let name: String

  package init(_ name: String) { self.name = name }

  package static let loss = Monitor("loss")
  package static let sparseCategoricalCrossentropy = Monitor("sparse_categorical_crossentropy")
  package static let sparseCategoricalAccuracy = Monitor("sparse_categorical_accuracy")
  package static let validationLoss = Monitor("val_loss")
  package static let validationAccuracy = Monitor("val_sparse_categorical_accuracy")

  package var isOfValidation: Bool { self == .validationLoss || self == .validationAccuracy }
  package var isAccuracy: Bool { self == .sparseCategoricalAccuracy || self == .validationAccuracy }

  /// Those that every training has.
  static let all: [Monitor] = [
    .loss, .sparseCategoricalCrossentropy, .sparseCategoricalAccuracy, .validationLoss,
    .validationAccuracy,
  ]

  static let type = SettingType<Monitor>(
    .choice(all.map(\.name)), encode: { .text($0.name) }, isValid: { all.contains($0) }
  ) { source in
    source.choice("monitor", all.map(\.name)) { word in all.first { $0.name == word } }
  }
}

/// `hparams.early_stopping:`: when training ends before its last epoch, and which epoch's weights
/// it leaves, with Keras's names and defaults.
///
/// - Source: `keras/src/callbacks/early_stopping.py` of Keras 3.12.
package struct EarlyStopping: SectionSettings {
  package enum Mode: String, Codable, Hashable, Sendable, CaseIterable {
    /// Goes by the monitor; settings that were read have one of the others.
    case auto
    case min
    case max
  }

  package var monitor: Monitor?
  /// Epochs without improvement after which training ends.
  package var patience = 0
  /// An improvement must be more than this.
  package var minDelta = 0.0
  package var mode = Mode.auto
  /// Whether the best epoch's weights are taken back at the end of training, early or not.
  package var restoreBest = false
  /// Epochs at the beginning that do not count.
  package var startFromEpoch = 0

  package init() {}

  package static let fields: [Field<EarlyStopping>] = [
    Field(
      \.monitor, "monitor", Monitor.type, "the quantity to monitor",
      default: "`val_loss` with `dataset.validation_split`, else `loss`"),
    Field(
      \.patience, "patience", .integer(0...),
      "number of epochs without improvement after which training stops"),
    Field(
      \.minDelta, "min_delta", .number(.nonNegative),
      "smallest change that counts as an improvement"),
    Field(
      \.mode, "mode", .choice("mode"),
      "whether lower (`min`) or higher (`max`) is better; `auto` is `max` for accuracies"),
    Field(
      \.restoreBest, "restore_best", .boolean,
      "restore the best epoch's weights at the end of training, early or not"),
    Field(
      \.startFromEpoch, "start_from_epoch", .integer(0...),
      "number of epochs at the start that do not count"),
  ]

  package static let section = "hparams.early_stopping"

  /// `none`, or a mapping.
  static let type = SettingType<EarlyStopping>(
    .either([.choice(["none"]), .section(section)]), encode: { .section($0.lines) },
    isValid: { $0.problem == nil }
  ) { source in
    if source.word == "none" { return nil }
    guard source.isMapping else {
      source.mismatch(.either([.choice(["none"]), .section(section)]))
      return nil
    }
    return source.section(section, EarlyStopping.self)
  }

  /// The number that is watched.
  package var watched: Monitor { monitor ?? .loss }
  /// Whether more is better.
  package var isMaximized: Bool { mode == .auto ? watched.isAccuracy : mode == .max }
}

extension EarlyStopping {
  package mutating func complete(_ reader: any SettingsReader) {
    let watched = monitor ?? (reader.context.hasValidation == true ? .validationLoss : .loss)
    monitor = watched
    if watched.isOfValidation, reader.context.hasValidation == false {
      reader.report(
        .conflict, "`\(watched.name)` needs validation examples", at: "monitor",
        suggestion: "add `validation_split: 0.1` under `dataset`, or monitor `loss`")
    }
    if mode == .auto { mode = isMaximized ? .max : .min }
  }
}
