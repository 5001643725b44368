internal import Measurements
internal import OrderedCollections

/// An attack on a model whose numbers cannot be believed, in all runs and seeds.
package struct Doubt: Hashable, Sendable {
  package let model: String
  /// `fgsm linf 0.2, source self`.
  package let attack: String
  /// At least one, each of them suspicious or broken.
  package let rows: [ResultRow]

  private var verdicts: [AttackVerdict] { rows.compactMap { $0.metrics?.attack?.verdict } }

  /// The worst of all rows.
  package var isBroken: Bool { verdicts.contains { $0.level == .broken } }

  /// Those of the first row of the worst level; none where only their level is known.
  package var reasons: [String] {
    (verdicts.first { $0.level == .broken } ?? verdicts.first)?.reasons ?? []
  }
}

extension ResultTable {
  /// What is not `ok`, broken first, in the order of the rows. What an ensemble's part has is the
  /// verdict on the whole: parts are left out.
  package var doubts: [Doubt] {
    let names = Set(rows.map(\.key.attack))
    let doubtful = rows.filter { row in
      (row.metrics?.attack?.verdict.level ?? .ok) != .ok
        && row.key.ensemble.map { !names.contains($0) } ?? true
    }
    let all = OrderedDictionary(grouping: doubtful) { [$0.key.model, $0.key.attackWords] }
      .map { Doubt(model: $0.key[0], attack: $0.key[1], rows: $0.value) }
    return all.filter(\.isBroken) + all.filter { !$0.isBroken }
  }
}

extension RowKey {
  /// What stands before a slash in the attack's name: `autoattack` of `autoattack/square`. It is an
  /// ensemble only if it has rows, too.
  package var ensemble: String? {
    attack.lastIndex(of: "/").map { String(attack[..<$0]) }
  }
}
