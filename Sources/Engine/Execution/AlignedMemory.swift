import Glibc

/// Zeroed memory on a cache line's boundary.
final class AlignedMemory {
  let address: UnsafeMutableRawPointer
  let byteCount: Int

  /// Whole vectors may be read past the end of the last element.
  private var padded: Int { Self.padded(byteCount) }
  private static func padded(_ byteCount: Int) -> Int { (max(byteCount, 1) + 127) / 64 * 64 }

  init(byteCount: Int) {
    let padded = Self.padded(byteCount)
    guard let address = aligned_alloc(64, padded) else {
      fatalError("out of memory: \(padded) bytes for tensors")
    }
    memset(address, 0, padded)
    self.address = address
    self.byteCount = byteCount
  }

  deinit { free(address) }

  /// Makes all of it zero again.
  func clear() { memset(address, 0, padded) }

  func floats(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: address.assumingMemoryBound(to: Float.self), count: count)
  }
}
