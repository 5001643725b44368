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
    let activations = nodes.reduce(inputShape.count) { $0 + $1.output.shape.count }
    let cache = 8 << 20
    guard batchSize * activations * MemoryLayout<Float>.stride > cache,
      mode == .inference || stateCount == 0,
      !gradients.contains(.weights) || parameterCount <= 32 * activations
    else { return batchSize }
    return (16...32).last { batchSize % $0 == 0 } ?? batchSize
  }
}

/// A batch's numbers, of which one slice after the other goes through a compiled pass.
final class BatchSlices {
  private let count: Int
  /// The whole batch's, as ``CompiledPass`` has them of one slice.
  let images: UnsafeMutableBufferPointer<Float>
  let labels: UnsafeMutableBufferPointer<Int32>
  let streams: UnsafeMutableBufferPointer<Int32>?
  let losses: UnsafeMutableBufferPointer<Float>
  let logits: UnsafeMutableBufferPointer<Float>
  let imageGradient: UnsafeMutableBufferPointer<Float>?
  let weightGradient: UnsafeMutableBufferPointer<Float>

  init(of pass: CompiledPass, count: Int) {
    func zeros<Number: Numeric>(_ number: Int) -> UnsafeMutableBufferPointer<Number> {
      let buffer = UnsafeMutableBufferPointer<Number>.allocate(capacity: number)
      buffer.initialize(repeating: 0)
      return buffer
    }
    self.count = count
    images = zeros(pass.images.count * count)
    labels = zeros(pass.labels.count * count)
    streams = pass.streams.map { zeros($0.count * count) }
    losses = zeros(pass.losses.count * count)
    logits = zeros(pass.logits.count * count)
    imageGradient = pass.imageGradient.map { zeros($0.count * count) }
    weightGradient = zeros(pass.weightGradient.count)
  }

  deinit {
    for buffer in [images, losses, logits, weightGradient] { buffer.deallocate() }
    labels.deallocate()
    streams?.deallocate()
    imageGradient?.deallocate()
  }

  func run(_ pass: CompiledPass) {
    for slice in 0..<count {
      load(pass.images, from: images, slice)
      load(pass.labels, from: labels, slice)
      if let streams, let part = pass.streams { load(part, from: streams, slice) }
      pass.run()
      store(pass.losses, to: losses, slice)
      store(pass.logits, to: logits, slice)
      if let imageGradient, let part = pass.imageGradient { store(part, to: imageGradient, slice) }
      let part = pass.weightGradient
      if slice == 0 {
        _ = weightGradient.update(from: part)
      } else {
        for i in part.indices { weightGradient[i] += part[i] }
      }
    }
  }

  private func load<Number>(
    _ part: UnsafeMutableBufferPointer<Number>, from whole: UnsafeMutableBufferPointer<Number>,
    _ slice: Int
  ) {
    let size = part.count
    _ = part.update(fromContentsOf: whole[slice * size..<(slice + 1) * size])
  }

  private func store<Number>(
    _ part: UnsafeMutableBufferPointer<Number>, to whole: UnsafeMutableBufferPointer<Number>,
    _ slice: Int
  ) {
    let size = part.count
    _ = whole[slice * size..<(slice + 1) * size].update(fromContentsOf: part)
  }
}
