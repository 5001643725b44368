internal import Synchronization

/// Renews the copies of weights that some executables read, several at a time: those of all weights, or,
/// while weights are updated part by part, each as soon as all that it is made from is new and still in
/// the cache.
package final class WeightRenewal {
  /// Those that others are made from, in an order in which they can be made.
  private let first: [WeightCopy]
  /// The others, the largest first, so that the threads end together.
  private let rest: [WeightCopy]
  private let renewOne: (Int, Int) -> Void

  /// The parts in which the trained weights are updated, those with the largest copies first. They
  /// cover `0..<parameterCount`.
  package let parts: [Range<Int>]
  /// For each part, the place of its copies.
  private let places: [Int]
  /// What is renewed together, and in how many parts its weights are updated.
  private let groups: [(copies: [WeightCopy], parts: Int)]
  /// For each group the parts that are not updated yet.
  private let open: UnsafeMutablePointer<Atomic<Int>>

  /// - Parameters:
  ///   - executables: All over the same parameters.
  ///   - parameterCount: The number of trained weights, `P`.
  package init(of executables: [Executable], parameterCount: Int) {
    var copies: [WeightCopy] = []
    for copy in executables.flatMap(\.copies) where !copies.contains(where: { $0 === copy }) {
      copies.append(copy)
    }
    first = copies.filter { $0.form == .plain }
    let rest = copies.filter { $0.form != .plain }.sorted { $0.byteCount > $1.byteCount }
    self.rest = rest
    renewOne = { index, _ in rest[index].refresh() }

    let own = rest.filter { $0.source.folded == nil }
    // From where some weights with copies begin to where the next ones do.
    let starts = [0] + Set(own.map(\.source.offset)).subtracting([0]).sorted()
    let ends = starts.dropFirst() + [parameterCount]
    let ranges = zip(starts, ends).map { start, end in
      (range: start..<end, copies: own.filter { (start..<end).contains($0.source.offset) })
    }.sorted { first, second in
      let costs = [first, second].map { $0.copies.reduce(0) { $0 + $1.byteCount } }
      return (costs[1], first.range.lowerBound) < (costs[0], second.range.lowerBound)
    }
    var (parts, places): ([Range<Int>], [Int]) = ([], [])
    var groups: [(copies: [WeightCopy], parts: Int)] = []
    for (range, copies) in ranges {
      let count = max(1, (range.count + Self.partSize - 1) / Self.partSize)
      for part in 0..<count {
        let bounds = [part, part + 1].map { range.lowerBound + range.count * $0 / count }
        parts.append(bounds[0]..<bounds[1])
        places.append(groups.count)
      }
      groups.append((copies, count))
    }
    (self.parts, self.places, self.groups) = (parts, places, groups)
    open = .allocate(capacity: groups.count)
    for place in groups.indices { (open + place).initialize(to: Atomic(0)) }
  }

  /// In elements: what is computed with so many stays in the cache.
  private static let partSize = 4096

  deinit {
    open.deinitialize(count: groups.count)
    open.deallocate()
  }

  /// Renews all that are old. Allocates nothing.
  package func renew(on threads: ThreadPool) {
    for copy in first { copy.refresh() }
    guard rest.contains(where: \.isStale) else { return }
    threads.run(rest.count, renewOne)
  }

  /// Begins an update of all weights.
  package func beginUpdate() {
    for place in groups.indices { open[place].store(groups[place].parts, ordering: .relaxed) }
  }

  /// Says that the weights of a part are new. May be called on any thread; the parameters must be marked
  /// as changed before.
  package func updated(_ part: Int) {
    let place = places[part]
    guard open[place].subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
    for copy in groups[place].copies { copy.refresh() }
  }
}
