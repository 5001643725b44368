/// Names a buffer before it has an address.
struct BufferID: Hashable {
  let index: Int
}

/// One buffer's demand: its size and the first and last step that touch it.
package struct BufferLifetime {
  package var byteCount: Int
  package var first: Int
  package var last: Int

  package init(byteCount: Int, first: Int, last: Int) {
    self.byteCount = byteCount
    self.first = first
    self.last = last
  }
}

/// Places buffers in one arena such that no two that are alive at the same step overlap.
///
/// Largest first, each at the lowest free offset.
///
/// - Source: Pisarchyk and Lee 2020, "Efficient memory management for deep neural net inference",
///   arXiv:2001.03288, section 5 ("greedy by size").
/// - Returns: The offset of each buffer, a multiple of 64, and the arena's size in bytes.
package func planMemory(_ buffers: [BufferLifetime]) -> (offsets: [Int], byteCount: Int) {
  var offsets = [Int](repeating: 0, count: buffers.count)
  var placed: [Int] = []
  var total = 0
  let order = buffers.indices.sorted {
    (buffers[$1].byteCount, $0) < (buffers[$0].byteCount, $1)
  }
  for index in order {
    let buffer = buffers[index]
    // A vector's width of slack: kernels may read, never write, past the last element.
    let size = (buffer.byteCount + 127) / 64 * 64
    let neighbors =
      placed
      .filter { buffers[$0].first <= buffer.last && buffer.first <= buffers[$0].last }
      .map { (start: offsets[$0], end: offsets[$0] + (buffers[$0].byteCount + 127) / 64 * 64) }
      .sorted { $0.start < $1.start }
    var offset = 0
    for neighbor in neighbors {
      if offset + size <= neighbor.start { break }
      offset = max(offset, neighbor.end)
    }
    offsets[index] = offset
    placed.append(index)
    total = max(total, offset + size)
  }
  return (offsets, total)
}
