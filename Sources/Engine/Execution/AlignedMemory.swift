import Glibc

/// Zeroed memory on a cache line's boundary.
final class AlignedMemory {
  let address: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    // Whole vectors may be read past the end of the last element.
    let padded = (max(byteCount, 1) + 127) / 64 * 64
    guard let address = aligned_alloc(64, padded) else {
      fatalError("out of memory: \(padded) bytes for tensors")
    }
    memset(address, 0, padded)
    self.address = address
    self.byteCount = byteCount
  }

  deinit { free(address) }

  func floats(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: address.assumingMemoryBound(to: Float.self), count: count)
  }
}
