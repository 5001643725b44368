/// `retries:` and `timeout:`: what a stage may cost before it is given up. They change no result and no
/// stage's key.
package struct ExecutionSettings: Hashable, Sendable {
  /// How often a stage that has crashed is begun again.
  package var retries = ExecutionSettings.standardRetries
  /// For each attempt; `nil` for none.
  package var timeout: StageTime?

  /// What has crashed by chance (memory that others took, a node that stumbled) leaves no hole in a
  /// table overnight, and what crashes for a reason of its own costs one attempt more.
  package static let standardRetries = 1
  /// More are a mistake.
  package static let mostRetries = 100

  package init() {}
}
