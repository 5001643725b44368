import Engine
import Settings

extension Model {
  /// How many examples of a batch go through a pass at a time: a rule over shapes, never over threads. The
  /// slices are equal, so that passes of one size serve all of them.
  ///
  /// All at once where a batch's moments make examples depend on each other, and where adding up the
  /// weights' gradients would cost too much. Else in slices where all activations together do not fit into
  /// the cache and, in training, where a slice is worth a thread.
  package func examplesTogether(
    in batchSize: Int, _ gradients: LossPass.Gradients, _ mode: Mode
  ) -> Int {
    let isTrained = mode == .training || gradients.contains(.weights)
    let activations = nodes.reduce(inputShape.count) { $0 + $1.output.count }
    guard mode == .inference || stateCount == 0,
      !isTrained || parameterCount <= 32 * activations
    else { return batchSize }
    func largest(atMost most: Int) -> Int? {
      (16...32).last { batchSize % $0 == 0 && $0 <= most }
    }
    if mode == .training, let slice = largest(atMost: batchSize - 1) {
      // So much that starting it on a thread costs next to nothing.
      let work = Double(multiplyAdds) * Double(slice)
      if work >= 8e6, work >= 64 * Double(parameterCount) { return slice }
    }
    let cache = 8 << 20
    let bytes = Double(batchSize) * Double(activations) * Double(MemoryLayout<Float>.stride)
    return bytes > Double(cache) ? largest(atMost: batchSize) ?? batchSize : batchSize
  }

  /// Of one example on its way forward, by the definition of the layers.
  private var multiplyAdds: Int {
    nodes.reduce(0) { sum, node in
      // Biases are not counted.
      let kernels = weights[node.weights].filter { $0.shape.rank > 1 }
      return kernels.reduce(sum) { $0 + $1.shape.count * node.output.count / $1.shape[0] }
    }
  }
}

/// A batch's numbers, which go slice by slice through compiled passes: as many slices at a time as there
/// are passes.
///
/// What comes out does not depend on how many that are: an example's numbers are the same in each, and
/// gradients at the weights are added up in the order of the slices.
final class BatchSlices {
  let count: Int
  /// The whole batch's.
  let buffers: PassBuffers
  /// One for each slice, else one for each thread.
  private let passes: [CompiledPass]
  /// Each slice's gradient at the weights; empty where there is one pass, which adds them up itself.
  private let gradients: [UnsafeMutableBufferPointer<Float>]
  /// Those of them that are not the passes' own.
  private let copies: [UnsafeMutableBufferPointer<Float>]

  /// - Parameter passes: All of the same kind: one, one for each slice, or one for each thread.
  init(of passes: [CompiledPass], count: Int) {
    self.passes = passes
    self.count = count
    let slice = passes[0].buffers
    buffers = PassBuffers(
      images: zeros(slice.images.count * count), labels: zeros(slice.labels.count * count),
      streams: slice.streams.map { zeros($0.count * count) },
      losses: zeros(slice.losses.count * count), logits: zeros(slice.logits.count * count),
      logitWeights: nil, imageGradient: slice.imageGradient.map { zeros($0.count * count) },
      weightGradient: zeros(slice.weightGradient.count))
    if slice.weightGradient.isEmpty || passes.count == 1 {
      (gradients, copies) = ([], [])
    } else if passes.count == count {
      (gradients, copies) = (passes.map(\.buffers.weightGradient), [])
    } else {
      copies = (0..<count).map { _ in zeros(slice.weightGradient.count) }
      gradients = copies
    }
  }

  private var floats: [UnsafeMutableBufferPointer<Float>] {
    [buffers.images, buffers.losses, buffers.logits, buffers.weightGradient]
      + (buffers.imageGradient.map { [$0] } ?? []) + copies
  }

  private var integers: [UnsafeMutableBufferPointer<Int32>] {
    [buffers.labels] + (buffers.streams.map { [$0] } ?? [])
  }

  deinit {
    for buffer in floats { buffer.deallocate() }
    for buffer in integers { buffer.deallocate() }
  }

  /// Makes the batch's numbers as they were at first.
  func reset() {
    for buffer in floats { buffer.update(repeating: 0) }
    for buffer in integers { buffer.update(repeating: 0) }
  }

  /// What the batch's numbers take, in bytes.
  var byteCount: Int {
    4 * (floats.reduce(0) { $0 + $1.count } + integers.reduce(0) { $0 + $1.count })
  }

  /// The places of a slice's examples in the batch.
  func places(of slice: Int) -> Range<Int> {
    let size = passes[0].buffers.labels.count
    return slice * size..<(slice + 1) * size
  }

  private func pass(of slice: Int, on thread: Int) -> CompiledPass {
    passes.count == count ? passes[slice] : passes[passes.count == 1 ? 0 : thread]
  }

  /// Computes a slice's logits and losses.
  func forward(_ slice: Int, on thread: Int) { forward(slice, pass(of: slice, on: thread)) }

  /// Computes a slice's logits, losses and gradients.
  ///
  /// - Parameter backward: Asked to compute the gradients of what went through the pass.
  func run(_ slice: Int, on thread: Int, backward: (CompiledPass) -> Void) {
    let pass = pass(of: slice, on: thread)
    forward(slice, pass)
    backward(pass)
    if let part = pass.buffers.imageGradient, let whole = buffers.imageGradient {
      store(part, to: whole, slice)
    }
    keepWeightGradient(of: slice, in: pass.buffers.weightGradient)
  }

  private func keepWeightGradient(of slice: Int, in gradient: UnsafeMutableBufferPointer<Float>) {
    if passes.count == 1 {
      // One slice after the other.
      if slice == 0 {
        _ = buffers.weightGradient.update(from: gradient)
      } else {
        for i in gradient.indices { buffers.weightGradient[i] += gradient[i] }
      }
    } else if !copies.isEmpty {
      _ = copies[slice].update(from: gradient)
    }
  }

  /// Adds up elements of the slices' gradients at the weights.
  func sumWeightGradients(_ range: Range<Int>) {
    guard gradients.count > 1 else { return }
    let sum = buffers.weightGradient
    let (first, second) = (gradients[0], gradients[1])
    for i in range { sum[i] = first[i] + second[i] }
    for slice in 2..<count {
      let gradient = gradients[slice]
      for i in range { sum[i] += gradient[i] }
    }
  }

  private func forward(_ slice: Int, _ pass: CompiledPass) {
    let part = pass.buffers
    load(part.images, from: buffers.images, slice)
    load(part.labels, from: buffers.labels, slice)
    if let part = part.streams, let whole = buffers.streams { load(part, from: whole, slice) }
    pass.forward()
    store(part.losses, to: buffers.losses, slice)
    store(part.logits, to: buffers.logits, slice)
  }

  private func load<Number>(
    _ part: UnsafeMutableBufferPointer<Number>, from whole: UnsafeMutableBufferPointer<Number>,
    _ index: Int
  ) {
    let size = part.count
    _ = part.update(fromContentsOf: whole[index * size..<(index + 1) * size])
  }

  private func store<Number>(
    _ part: UnsafeMutableBufferPointer<Number>, to whole: UnsafeMutableBufferPointer<Number>,
    _ index: Int
  ) {
    let size = part.count
    _ = whole[index * size..<(index + 1) * size].update(fromContentsOf: part)
  }
}

private func zeros<Number: Numeric>(_ count: Int) -> UnsafeMutableBufferPointer<Number> {
  let buffer = UnsafeMutableBufferPointer<Number>.allocate(capacity: count)
  buffer.initialize(repeating: 0)
  return buffer
}
