import Settings

/// How many points a sweep has, and what became of the others.
package struct SweepExpansion: Codable, Hashable, Sendable {
  /// One block of the sweep.
  package struct Block: Codable, Hashable, Sendable {
    /// What it is made of: `grid`, or `grid x zip`.
    package var kind: String
    /// Its points before any was dropped.
    package var written: Int
    /// Those of them that its `where` dropped.
    package var droppedByWhere: Int
  }

  /// In the order of the spec; none without a sweep.
  package var blocks: [Block] = []
  /// Points that have the same settings as one before them.
  package var duplicates = 0
  /// Points that are run.
  package var kept = 1

  /// Points of all blocks.
  package var written: Int { blocks.isEmpty ? 1 : blocks.reduce(0) { $0 + $1.written } }
  package var droppedByWhere: Int { blocks.reduce(0) { $0 + $1.droppedByWhere } }
}
