internal import Engine
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
    switch error {
    case let error as FileError where error.isDiskFull: self = .diskFull
    case let error as FileError where error.errno == .noMemory: self = .outOfMemory
    case let error as EngineError where error.isOutOfMemory: self = .outOfMemory
    default: return nil
    }
  }
}
