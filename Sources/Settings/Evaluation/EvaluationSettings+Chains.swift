/// Lists of epsilons of attacks that stop at the first wrong image: each epsilon goes on with the
/// examples that the smaller ones have left.
extension EvaluationSettings {
  /// The places in ``attacks`` of the same list's smaller epsilons, the smallest first; none of
  /// attacks that attack every example at every epsilon.
  package func smaller(than place: Int) -> [Int] {
    guard positions.count == attacks.count, attacks[place].method.attack.stopsWhenFooled else {
      return []
    }
    let epsilon = attacks[place].epsilon
    return attacks.indices.filter {
      positions[$0] == positions[place] && attacks[$0].epsilon < epsilon
    }.sorted { attacks[$0].epsilon < attacks[$1].epsilon }
  }

  /// Whether a larger epsilon of the same list goes on with what this one leaves.
  package func isContinued(_ place: Int) -> Bool {
    positions.count == attacks.count && attacks[place].method.attack.stopsWhenFooled
      && attacks.indices.contains {
        positions[$0] == positions[place] && attacks[$0].epsilon > attacks[place].epsilon
      }
  }

  /// The places of ``attacks``, none before those of its list's smaller epsilons.
  package var ascending: [Int] {
    var order: [Int] = []
    var known: Set<Int> = []
    for place in attacks.indices where !known.contains(place) {
      for next in smaller(than: place) + [place] where known.insert(next).inserted {
        order.append(next)
      }
    }
    return order
  }
}
