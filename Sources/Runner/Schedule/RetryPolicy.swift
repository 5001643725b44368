internal import Results

/// Which failures are worth another attempt.
///
/// An attempt goes on from what the one before has saved. What would come to the same end again is not
/// tried again: a training that diverges, a stage that needs more time than it may take, and whatever
/// has to be stored on a full disk.
struct RetryPolicy: Hashable, Sendable {
  /// Attempts after the first one, at most.
  var retries: Int

  enum Decision: Hashable, Sendable {
    case giveUp
    case again
    /// With all memory for itself.
    case alone
  }

  /// - Parameters:
  ///   - attempts: How many there were.
  ///   - hadCompany: Whether other stages ran beside the last one.
  func decision(
    after result: StageResult, attempts: Int, hadCompany: Bool
  ) -> Decision {
    guard attempts <= retries, !result.isRefused else { return .giveUp }
    switch result.status {
    case .crashed, .hung: return .again
    case .outOfMemory: return hadCompany ? .alone : .giveUp
    case .ok, .diverged, .diskFull, .timedOut, .cancelled: return .giveUp
    }
  }
}
