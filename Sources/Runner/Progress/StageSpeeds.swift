/// How fast stages were, on four levels: by kind, by family, by group, and of trainings and of
/// evaluations (``StageKinds``).
struct StageSpeeds: Sendable {
  /// Seconds that passes have taken.
  struct Speed: Sendable {
    var seconds = 0.0
    var passes = 0.0

    mutating func add(_ seconds: Double, _ passes: Double) {
      self.seconds += seconds
      self.passes += passes
    }

    /// Seconds per pass; `nil` where nothing is known.
    var factor: Double? { passes > 0 && seconds > 0 ? seconds / passes : nil }
  }

  /// Where a kind belongs.
  struct Place: Sendable {
    var kind: Int
    var family: Int
    var group: Int
    var isTraining: Bool
  }

  private(set) var kinds: [Speed]
  private(set) var families: [Speed]
  private(set) var groups: [Speed]
  private(set) var roles = [Speed(), Speed()]

  init(kinds: Int, families: Int, groups: Int) {
    self.kinds = Array(repeating: Speed(), count: kinds)
    self.families = Array(repeating: Speed(), count: families)
    self.groups = Array(repeating: Speed(), count: groups)
  }

  mutating func add(_ seconds: Double, _ passes: Double, at place: Place) {
    kinds[place.kind].add(seconds, passes)
    families[place.family].add(seconds, passes)
    groups[place.group].add(seconds, passes)
    roles[place.isTraining ? 1 : 0].add(seconds, passes)
  }
}
