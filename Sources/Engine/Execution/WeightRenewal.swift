/// Renews the copies of weights that some executables read, several at a time.
package final class WeightRenewal {
  /// Those that others are made from, in an order in which they can be made.
  private let first: [WeightCopy]
  /// The others, the largest first, so that the threads end together.
  private let rest: [WeightCopy]
  private let renewOne: (Int, Int) -> Void

  /// - Parameter executables: All over the same parameters.
  package init(of executables: [Executable]) {
    var copies: [WeightCopy] = []
    for copy in executables.flatMap(\.copies) where !copies.contains(where: { $0 === copy }) {
      copies.append(copy)
    }
    first = copies.filter { $0.form == .plain }
    let rest = copies.filter { $0.form != .plain }.sorted { $0.byteCount > $1.byteCount }
    self.rest = rest
    renewOne = { index, _ in rest[index].refresh() }
  }

  /// Allocates nothing.
  package func renew(on threads: ThreadPool) {
    for copy in first { copy.refresh() }
    guard rest.contains(where: \.isStale) else { return }
    threads.run(rest.count, renewOne)
  }
}
