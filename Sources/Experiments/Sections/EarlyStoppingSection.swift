import YAML

/// The numbers of an epoch, in the words of `history.csv`.
package enum MonitorName: String, Codable, Hashable, Sendable, CaseIterable {
  case loss
  case sparseCategoricalCrossentropy = "sparse_categorical_crossentropy"
  case sparseCategoricalAccuracy = "sparse_categorical_accuracy"
  case validationLoss = "val_loss"
  case validationAccuracy = "val_sparse_categorical_accuracy"

  var isOfValidation: Bool { self == .validationLoss || self == .validationAccuracy }
  var isAccuracy: Bool { self == .sparseCategoricalAccuracy || self == .validationAccuracy }
}

/// `hparams.early_stopping:`.
package struct EarlyStoppingSettings: Codable, Hashable, Sendable {
  package enum Mode: String, Codable, Hashable, Sendable, CaseIterable {
    case min
    case max
  }

  package var monitor: MonitorName
  package var patience: Int
  package var minDelta: Double
  package var mode: Mode
  package var restoreBest: Bool
  package var startFromEpoch: Int
}

/// `hparams.early_stopping:` with Keras's names and defaults.
enum EarlyStoppingSection {
  /// As the spec has it; `auto` goes by the monitor.
  enum Mode: String, CaseIterable, Sendable {
    case auto
    case min
    case max
  }

  static let monitor = OptionalKey(
    "monitor", ValueType<MonitorName>.choice("monitor"),
    .words("`val_loss` with `dataset.validation_split`, else `loss`"), "the number that is watched")
  static let patience = Key(
    "patience", .integer(0...), default: 0, "epochs without improvement that end training")
  static let minDelta = Key(
    "min_delta", .number(.nonNegative), default: 0, "an improvement is more than this")
  static let mode = Key(
    "mode", ValueType<Mode>.choice("mode"), default: .auto,
    "whether less or more is better; `auto` is `max` for accuracies")
  static let restoreBest = Key(
    "restore_best", .boolean, default: false,
    "take the best epoch's weights back at the end of training, early or not")
  static let startFromEpoch = Key(
    "start_from_epoch", .integer(0...), default: 0,
    "epochs at the beginning that do not count")

  static let section = Section(
    "hparams.early_stopping", "when training ends before its last epoch",
    keys: [
      monitor.description, patience.description, minDelta.description, mode.description,
      restoreBest.description, startFromEpoch.description,
    ])

  /// - Parameter hasValidation: `nil` where the data set cannot be read.
  /// - Returns: `nil` for none.
  static func decode(
    _ node: Node?, hasValidation: Bool?, _ diagnostics: Diagnostics
  ) -> EarlyStoppingSettings? {
    guard let node, !node.isNull, node.scalar?.text != "none" else { return nil }
    guard node.mapping != nil else {
      mismatch(node, "early_stopping", TrainingSection.earlyStopping.schema, diagnostics)
      return nil
    }
    let reader = SectionReader(section, node, diagnostics)
    let monitor =
      reader.value(monitor) ?? (hasValidation == true ? .validationLoss : .loss)
    if monitor.isOfValidation, hasValidation == false {
      diagnostics.error(
        .conflict, "`\(monitor.rawValue)` needs examples that are not trained on",
        at: reader.place(Self.monitor.name),
        suggestion: "add `validation_split: 0.1` under `dataset`, or monitor `loss`")
    }
    let mode: EarlyStoppingSettings.Mode =
      switch reader.value(mode) {
      case .auto: monitor.isAccuracy ? .max : .min
      case .min: .min
      case .max: .max
      }
    return EarlyStoppingSettings(
      monitor: monitor, patience: reader.value(patience), minDelta: reader.value(minDelta),
      mode: mode, restoreBest: reader.value(restoreBest),
      startFromEpoch: reader.value(startFromEpoch))
  }
}

extension KeyEncoder {
  mutating func add(_ settings: EarlyStoppingSettings) {
    add("early_stopping", true)
    add("monitor", settings.monitor.rawValue)
    add("patience", settings.patience)
    add("min_delta", settings.minDelta)
    add("mode", settings.mode.rawValue)
    add("restore_best", settings.restoreBest)
    add("start_from_epoch", settings.startFromEpoch)
  }
}

extension ResolvedSpec {
  static func add(_ settings: EarlyStoppingSettings, _ writer: inout BlockWriter) {
    typealias Section = EarlyStoppingSection
    writer.add(Section.monitor, settings.monitor)
    writer.add(Section.patience, settings.patience)
    writer.add(Section.minDelta, settings.minDelta)
    writer.add(Section.mode, settings.mode == .min ? .min : .max)
    writer.add(Section.restoreBest, settings.restoreBest)
    writer.add(Section.startFromEpoch, settings.startFromEpoch)
  }
}
