/// When training ends before its last epoch, and which epoch's weights it leaves, as Keras 3's
/// `EarlyStopping`: that of Keras 2.15, but for where the best weights are taken back.
///
/// - Source: `keras/src/callbacks/early_stopping.py` of Keras 3.12.
package struct EarlyStopping: Codable, Hashable, Sendable {
  /// A number of an epoch, by its column of `history.csv`.
  package struct Monitor: Codable, Hashable, Sendable {
    package let name: String
    package init(_ name: String) { self.name = name }

    package static let loss = Monitor(StepMetric.lossName)
    package static let sparseCategoricalCrossentropy = Monitor(StandardTraining.crossEntropy)
    package static let sparseCategoricalAccuracy = Monitor(StepMetric.accuracy.name)
    package static let validationLoss = Monitor("val_loss")
    package static let validationAccuracy = Monitor("val_sparse_categorical_accuracy")
  }

  package var monitor: Monitor
  /// Epochs without improvement after which training ends.
  package var patience: Int
  /// An improvement must be more than this.
  package var minDelta: Double
  /// Whether more is better.
  package var isMaximized: Bool
  /// Whether the best epoch's weights are taken back at the end of training, early or not.
  package var restoresBest: Bool
  /// The number of epochs at the beginning that do not count.
  package var startFromEpoch: Int

  package init(
    monitor: Monitor, patience: Int, minDelta: Double, isMaximized: Bool, restoresBest: Bool,
    startFromEpoch: Int
  ) {
    self.monitor = monitor
    self.patience = patience
    self.minDelta = minDelta
    self.isMaximized = isMaximized
    self.restoresBest = restoresBest
    self.startFromEpoch = startFromEpoch
  }
}

/// What is known of the epochs so far.
package struct EarlyStoppingState: Sendable {
  /// What an epoch means.
  package struct Decision: Hashable, Sendable {
    /// Its weights are the best so far.
    package var isBest = false
    /// Training ends after it.
    package var stops = false
  }

  private let settings: EarlyStopping
  private var best: Double
  private var wait = 0
  /// From 1; `nil` before any epoch counts.
  package private(set) var bestEpoch: Int?

  package init(_ settings: EarlyStopping) {
    self.settings = settings
    best = settings.isMaximized ? -.infinity : .infinity
  }

  /// - Parameter epoch: From 1.
  package mutating func observe(_ value: Double, epoch: Int) -> Decision {
    var decision = Decision()
    guard epoch > settings.startFromEpoch else { return decision }
    // Where nothing ever improves, the first epoch that counts is the best.
    if bestEpoch == nil {
      bestEpoch = epoch
      decision.isBest = true
    }
    wait += 1
    let improves =
      settings.isMaximized ? value - settings.minDelta > best : value + settings.minDelta < best
    if improves {
      best = value
      bestEpoch = epoch
      wait = 0
      decision.isBest = true
    } else {
      // The first epoch never ends training.
      decision.stops = wait >= settings.patience && epoch > 1
    }
    return decision
  }
}

extension EpochMetrics {
  /// `nil` where the epoch has no such number.
  func value(_ monitor: EarlyStopping.Monitor) -> Double? {
    switch monitor {
    case .validationLoss: validationLoss
    case .validationAccuracy: validationAccuracy
    default: self[monitor.name]
    }
  }
}
