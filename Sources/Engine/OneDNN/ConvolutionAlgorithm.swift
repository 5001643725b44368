internal import COneDNN

/// The three passes of a convolution.
enum ConvolutionPass: String {
  case forward
  case backwardData = "backward-data"
  case backwardWeights = "backward-weights"
}

/// Which of oneDNN's algorithms to ask for. A rule over shapes and instruction set: a choice by
/// timing would change the rounding from run to run.
func convolutionAlgorithm(
  _ pass: ConvolutionPass, weights: Shape, destination: Shape, strides: [Int],
  instructionSet: String
) -> Int32 {
  let (outputs, inputs, height, width) = (weights[0], weights[1], weights[2], weights[3])
  // oneDNN has Winograd F(4,3) for AVX-512 only; it pays where channels fill whole vectors.
  guard instructionSet.hasPrefix("avx512"), height == 3, width == 3, strides == [1, 1],
    inputs >= 32, outputs >= 32, inputs % 16 == 0, outputs % 16 == 0
  else { return Int32(nsl_dnn_direct) }
  // Backward-data tiles the larger side; on small maps the tiles are mostly padding.
  if pass == .backwardData && min(destination[2], destination[3]) < 8 {
    return Int32(nsl_dnn_direct)
  }
  return Int32(nsl_dnn_winograd)
}
