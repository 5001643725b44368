internal import Files
internal import SystemPackage

/// Why a stage has failed, where that is told apart from other errors.
package enum FailureCause: String, Codable, Hashable, Sendable, CaseIterable {
  /// There was no room to store something.
  case diskFull = "disk-full"
  /// There was not enough memory.
  case outOfMemory = "out-of-memory"

  /// - Returns: `nil` for any other error.
  package init?(_ error: any Error) {
    switch (error as? FileError)?.errno ?? error as? Errno {
    case .noSpace, .diskQuotaExceeded: self = .diskFull
    case .noMemory: self = .outOfMemory
    default: return nil
    }
  }
}
