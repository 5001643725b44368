package import Experiments

/// What a store holds, looked at once: for plans, which compare themselves with it.
///
/// The store is listed when this is made; manifests are read when they are asked for.
package struct StoredStages: Sendable {
  private let store: ContentStore
  /// The names of its entries.
  private let names: Set<StageKey>

  /// More manifests than this are not read: a plan is to be there at once.
  package static let mostManifests = 4096

  package init(_ store: ContentStore) {
    self.store = store
    names = Set((try? store.keys()) ?? [])
  }

  /// The number of entries, whole or not.
  package var count: Int { names.count }

  /// The keys of a plan whose stages are stored.
  ///
  /// Of so many that looking at each would take seconds, what is there counts as whole; a run looks
  /// at each.
  package func stored(of plan: Plan) -> Set<StageKey> {
    guard !names.isEmpty else { return [] }
    let found = plan.stages.keys.filter(names.contains)
    guard found.count <= Self.mostManifests else { return Set(found) }
    return Set(found.filter { store.entry($0).manifest != nil })
  }

  /// Manifests of whole entries: those with one of `keys` first, then others in the order of their
  /// keys, at most `most`.
  package func manifests(
    first keys: Set<StageKey>, most: Int = mostManifests
  ) -> [StageManifest] {
    let first = keys.intersection(names)
    let order = first.sorted() + names.subtracting(first).sorted()
    return order.prefix(most).compactMap { store.entry($0).manifest }
  }
}
