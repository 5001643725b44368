/// What goes into a pass over `N` examples and what comes out.
struct PassBuffers {
  /// `[N, C, H, W]` and `[N]`: written before a run.
  let images: UnsafeMutableBufferPointer<Float>
  let labels: UnsafeMutableBufferPointer<Int32>
  /// `[N, 5]`: each example's random stream; `nil` where the pass draws nothing.
  let streams: UnsafeMutableBufferPointer<Int32>?
  /// `[N]`: cross-entropy of each example.
  let losses: UnsafeMutableBufferPointer<Float>
  /// `[N, K]`.
  let logits: UnsafeMutableBufferPointer<Float>
  /// `[N, K]`: what the logits are weighted with in the sum that is differentiated, written between
  /// the two parts of a run; `nil` where no gradient was asked for.
  let logitWeights: UnsafeMutableBufferPointer<Float>?
  /// `[N, C, H, W]`; `nil` where it was not asked for.
  let imageGradient: UnsafeMutableBufferPointer<Float>?
  /// `[P]`; empty where it was not asked for.
  let weightGradient: UnsafeMutableBufferPointer<Float>
}
