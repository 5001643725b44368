import Settings
import Engine

extension Model {
  /// How many examples of a batch go through a pass at a time: a rule over shapes. The slices are
  /// equal, so that one compiled pass serves all of them.
  ///
  /// All at once where a batch's moments make examples depend on each other, where all activations
  /// are small, and where adding up the weights' gradients would cost more than that saves.
  package func examplesTogether(
    in batchSize: Int, _ gradients: LossPass.Gradients, _ mode: Mode
  ) -> Int {
    let activations = nodes.reduce(inputShape.count) { $0 + $1.output.count }
    let cache = 8 << 20
    let bytes = Double(batchSize) * Double(activations) * Double(MemoryLayout<Float>.stride)
    guard bytes > Double(cache),
      mode == .inference || stateCount == 0,
      !gradients.contains(.weights) || parameterCount <= 32 * activations
    else { return batchSize }
    return (16...32).last { batchSize % $0 == 0 } ?? batchSize
  }
}

/// A batch's numbers, of which one slice after the other goes through a compiled pass.
final class BatchSlices {
  private let pass: CompiledPass
  private let count: Int
  /// The whole batch's.
  let buffers: PassBuffers

  init(of pass: CompiledPass, count: Int) {
    func zeros<Number: Numeric>(_ number: Int) -> UnsafeMutableBufferPointer<Number> {
      let buffer = UnsafeMutableBufferPointer<Number>.allocate(capacity: number)
      buffer.initialize(repeating: 0)
      return buffer
    }
    self.pass = pass
    self.count = count
    let slice = pass.buffers
    buffers = PassBuffers(
      images: zeros(slice.images.count * count), labels: zeros(slice.labels.count * count),
      streams: slice.streams.map { zeros($0.count * count) },
      losses: zeros(slice.losses.count * count), logits: zeros(slice.logits.count * count),
      logitWeights: nil, imageGradient: slice.imageGradient.map { zeros($0.count * count) },
      weightGradient: zeros(slice.weightGradient.count))
  }

  deinit {
    for buffer in [buffers.images, buffers.losses, buffers.logits, buffers.weightGradient] {
      buffer.deallocate()
    }
    buffers.labels.deallocate()
    buffers.streams?.deallocate()
    buffers.imageGradient?.deallocate()
  }

  /// Makes the batch's numbers as they were at first.
  func reset() {
    for buffer in [buffers.images, buffers.losses, buffers.logits, buffers.weightGradient] {
      buffer.update(repeating: 0)
    }
    buffers.labels.update(repeating: 0)
    buffers.streams?.update(repeating: 0)
    buffers.imageGradient?.update(repeating: 0)
  }

  /// What the batch's numbers take, in bytes.
  var byteCount: Int {
    let floats =
      buffers.images.count + buffers.losses.count + buffers.logits.count
      + buffers.weightGradient.count + (buffers.imageGradient?.count ?? 0)
    return 4 * (floats + buffers.labels.count + (buffers.streams?.count ?? 0))
  }

  /// Computes logits and losses.
  func forward() {
    for index in 0..<count { forward(index) }
  }

  /// Computes logits, losses and gradients.
  ///
  /// - Parameter backward: Asked, slice after slice, to compute its gradients; gets the place of the
  ///   slice's first example in the batch.
  func run(backward: (_ first: Int) -> Void) {
    let slice = pass.buffers
    for index in 0..<count {
      forward(index)
      backward(index * slice.labels.count)
      if let part = slice.imageGradient, let whole = buffers.imageGradient {
        store(part, to: whole, index)
      }
      if index == 0 {
        _ = buffers.weightGradient.update(from: slice.weightGradient)
      } else {
        for i in slice.weightGradient.indices {
          buffers.weightGradient[i] += slice.weightGradient[i]
        }
      }
    }
  }

  private func forward(_ index: Int) {
    let slice = pass.buffers
    load(slice.images, from: buffers.images, index)
    load(slice.labels, from: buffers.labels, index)
    if let part = slice.streams, let whole = buffers.streams { load(part, from: whole, index) }
    pass.forward()
    store(slice.losses, to: buffers.losses, index)
    store(slice.logits, to: buffers.logits, index)
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
