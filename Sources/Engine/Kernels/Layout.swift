internal import CKernels

/// How a tensor's float32 elements lie in memory.
struct Layout: Hashable {
  let shape: Shape
  /// `[N, C, H, W]` as `[N, C/16, H, W, 16]`, where channels that only fill up the last block are 0;
  /// else row-major.
  let isBlocked: Bool

  init(plain shape: Shape) {
    self.shape = shape
    isBlocked = false
  }

  init(blocked shape: Shape) {
    precondition(shape.rank == 4, "[N, C, H, W], not \(shape)")
    self.shape = shape
    isBlocked = true
  }

  /// Blocked for the activations of a convolution; images, which have few channels, row-major.
  init(ofActivations shape: Shape) {
    self.shape = shape
    isBlocked = shape.rank == 4 && nsl_reads_plain(shape[1]) == 0
  }

  /// The elements in memory.
  var count: Int {
    isBlocked
      ? shape[0] * Self.blocks(shape[1]) * Self.block * shape[2] * shape[3] : shape.count
  }

  var byteCount: Int { count * MemoryLayout<Float>.stride }

  /// Channels of a block.
  static let block = Int(NSL_BLOCK)

  static func blocks(_ channels: Int) -> Int { (channels + block - 1) / block }
}
