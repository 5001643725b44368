internal import CKernels

/// Ties of max-pooling.
///
/// Values that are equal in exact arithmetic stay equal in a direct convolution, which sums each in
/// the same order, and max-pooling takes the first of them. Winograd's algorithm rounds each place of
/// a tile differently. So places that are computed from equal values are made equal right behind it:
/// what follows then finds equal values equal, through whatever layers.
extension Compiler {
  /// The nodes whose result is max-pooled, directly or behind other layers.
  func findPooled() -> Set<Int> {
    let poolings = needed.filter {
      if case .maxPooling = graph.nodes[$0].operation { true } else { false }
    }
    return Set(nodesNeeded(for: poolings.flatMap { graph.nodes[$0].inputs }))
  }

  /// Makes equal what a convolution by Winograd's algorithm computed from equal values.
  ///
  /// - Parameters:
  ///   - x: What it read, `[N, I, H, W]`.
  ///   - residual: What it added.
  ///   - y: What it wrote.
  mutating func equalizePlaces(
    _ index: Int, _ window: Window, x: Walkable, residual: BufferID?, y: Walkable
  ) {
    guard pooled.contains(index) else { return }
    let (height, width) = (window.padding[0], window.padding[1])
    let scratch = program.buffer(
      byteCount: nsl_equal_places_scratch(x.shape, y.shape, height, width))
    program.append(
      "\(name(index)) equal places",
      touching: [x.buffer, y.buffer, scratch] + [residual].compactMap { $0 }
    ) { memory in
      let (from, to) = (memory.floats(x.buffer), memory.floats(y.buffer))
      let residual = residual.map { memory.floats($0) }
      let scratch = memory.address(scratch)
      return {
        nsl_equal_places(from, residual, to, scratch, x.shape, y.shape, height, width)
      }
    }
    program.note("\(name(index)) equal places: by equal inputs")
  }
}
