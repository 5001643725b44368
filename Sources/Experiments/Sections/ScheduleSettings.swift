/// A length of training.
package enum SpanSettings: Codable, Hashable, Sendable {
  case steps(Int)
  case epochs(Double)
}

/// How the learning rate changes once warm-up is over.
package enum ScheduleShape: Codable, Hashable, Sendable {
  package enum Unit: String, Codable, Hashable, Sendable {
    case steps
    case epochs
  }

  case constant
  case step(size: SpanSettings, gamma: Double)
  case boundaries([Int], unit: Unit, gamma: Double)
  case exponential(decay: SpanSettings, rate: Double, staircase: Bool)
  /// Without `decay` over all that is left.
  case cosine(decay: SpanSettings?, alpha: Double)
  case oneCycle(pctStart: Double, divFactor: Double, finalDivFactor: Double)
}

/// `hparams.schedule:`.
package struct ScheduleSettings: Codable, Hashable, Sendable {
  package var shape: ScheduleShape
  package var warmup: SpanSettings?
  /// 0 where there is no warm-up.
  package var warmupStartFactor: Double

  package init(shape: ScheduleShape, warmup: SpanSettings?, warmupStartFactor: Double = 0) {
    self.shape = shape
    self.warmup = warmup
    self.warmupStartFactor = warmupStartFactor
  }
}
