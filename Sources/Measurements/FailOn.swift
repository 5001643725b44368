/// Which differences a comparison of two tables fails on.
package enum FailOn: String, Codable, Hashable, Sendable, CaseIterable {
  /// On each one, also on what is better: the baseline is to be like the candidate.
  case any
  /// On all but better numbers and rows that only the candidate has.
  case regressed
}
