import Measurements
package import Settings

/// What is known of the epochs so far.
package struct EarlyStoppingState: Codable, Hashable, Sendable {
  /// What an epoch means.
  package struct Decision: Hashable, Sendable {
    /// Its weights are the best so far.
    package var isBest = false
    /// Training ends after it.
    package var stops = false
  }

  let settings: EarlyStopping
  private var best: Double
  private var wait = 0
  /// From 1; `nil` before any epoch counts.
  package private(set) var bestEpoch: Int?

  package init(_ settings: EarlyStopping) {
    self.settings = settings
    best = settings.isMaximized ? -.infinity : .infinity
  }

  /// Looks at an epoch; one that has no such number means nothing.
  ///
  /// - Parameter epoch: From 1.
  mutating func observe(_ metrics: EpochMetrics, epoch: Int) -> Decision {
    metrics.value(settings.watched).map { observe($0, epoch: epoch) } ?? Decision()
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
  func value(_ monitor: Monitor) -> Double? {
    switch monitor {
    case .validationLoss: validationLoss
    case .validationAccuracy: validationAccuracy
    default: self[monitor.name]
    }
  }
}
