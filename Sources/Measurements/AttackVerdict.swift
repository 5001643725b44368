/// Whether an attack's number can be believed.
package struct AttackVerdict: Codable, Hashable, Sendable {
  /// From good to bad.
  package enum Level: String, Codable, Hashable, Sendable, CaseIterable {
    case ok
    /// The attack may be too weak, or the model's gradients may be hidden: true robustness is likely
    /// lower.
    case suspicious
    /// The number says nothing about robustness.
    case broken
  }

  package private(set) var level = Level.ok
  /// A sentence each, without a full stop; none if it is `ok`.
  package private(set) var reasons: [String] = []

  package init(_ level: Level = .ok) { self.level = level }

  /// The better one: where one number of several can be believed, their minimum can.
  package func better(_ other: AttackVerdict) -> AttackVerdict {
    func rank(_ verdict: AttackVerdict) -> Int {
      Level.allCases.firstIndex(of: verdict.level) ?? 0
    }
    return rank(other) < rank(self) ? other : self
  }

  /// Adds a reason; the worst level counts.
  package mutating func add(_ level: Level, _ reason: String) {
    if !reasons.contains(reason) { reasons.append(reason) }
    if self.level != .broken { self.level = level == .ok ? self.level : level }
  }
}
