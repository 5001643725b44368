internal import CKernels

/// Gradients of convolutions of images. oneDNN fills up their one or few channels with zeros and
/// spends its time on these: kernels of ours read the blocked gradient as it is.
extension Compiler {
  func takesFewChannels(_ gradients: ConvolutionGradients, block: Int) -> Bool {
    let window = gradients.window
    return gradients.inputShape[1] <= 4 && window.strides == [1, 1]
      && window.padding == window.paddingEnd && (block == 8 || block == 16)
      && (gradients.parameters == nil || window.kernel == [3, 3])
      && zip(window.padding, window.kernel).allSatisfy { $0 < $1 }
  }

  /// - Returns: Whether the convolution is one of these.
  mutating func emitFewChannelsGradients(_ gradients: ConvolutionGradients) throws -> Bool {
    let pooled = deferredPoolings[gradients.dy]
    let result = deferredReLUs[gradients.dy]?.result ?? gradients.dy
    let block = try pooled?.block ?? tensor(result).layout.channelBlock
    guard takesFewChannels(gradients, block: block) else {
      precondition(pooled == nil, "a pooling's gradient was left to a kernel that is not used")
      return false
    }
    let set = kernelSet(instructionSet: instructionSet, block: block)
    let (xShape, wShape) = (gradients.inputShape, gradients.weightsShape)
    let shape = convolutionShape(xShape, outputs: wShape[0], gradients.window, block: block)
    let scratch = program.buffer(
      byteCount: nsl_convolution_scratch(set, shape) * MemoryLayout<Float>.stride)
    let (dy, gate) = try pooled.map { ($0.dy, $0.gate) } ?? gated(gradients.dy, block: block)
    var (x, w, dx, dw, db): (BufferID?, BufferID?, BufferID?, BufferID?, BufferID?)
    if let input = gradients.input {
      w = try plain(input.weights).buffer
      dx = try define(Value(node: input.node, output: 0), Layout(plain: xShape)).buffer
    }
    if let parameters = gradients.parameters {
      x = try plain(parameters.x).buffer
      dw = try define(Value(node: parameters.node, output: 0), Layout(plain: wShape)).buffer
      db = try define(Value(node: parameters.node, output: 1), Layout(plain: [wShape[0]])).buffer
    }
    let touches =
      [dy, scratch] + [gate, pooled?.places, x, w, dx, dw, db].compactMap { $0 }
    let kernel = "few-channels\(pooled == nil ? "" : "-pooled"):\(set.name)"
    try append(gradients, kernel: kernel, touches: touches) { [x, w, dx, dw, db] address in
      func floats(_ buffer: BufferID?) -> UnsafeMutablePointer<Float>? {
        buffer.map { address($0).floats }
      }
      let (dy, scratch) = (address(dy).floats, address(scratch).floats)
      let (x, w, dx, dw, db) = (floats(x), floats(w), floats(dx), floats(dw), floats(db))
      let gate = floats(gate)
      guard let pooled else {
        return {
          nsl_convolution_gradients(set, x, dy, gate, nil, nil, w, dx, dw, db, scratch, shape)
        }
      }
      let places = address(pooled.places).assumingMemoryBound(to: UInt8.self)
      var pooling = pooled.shape
      return {
        nsl_convolution_gradients(
          set, x, dy, gate, places, &pooling, w, dx, dw, db, scratch, shape)
      }
    }
    return true
  }

  /// Leaves a pooling's gradient to the convolution in front of it where nothing else needs it: the
  /// two together never write it out.
  ///
  /// - Parameter pooling: The layout of what was pooled and the places of the maxima.
  mutating func deferPoolingGradient(
    _ index: Int, _ node: Graph.Node, _ pooling: (layout: Layout, places: BufferID),
    _ window: Window
  ) throws -> Bool {
    let value = Value(node: index, output: 0)
    let block = pooling.layout.channelBlock
    guard !isVisible(value), let users = users[value], let first = users.first,
      let gradients = convolutionGradients(first), gradients.dy == value,
      takesFewChannels(gradients, block: block)
    else { return false }
    guard Set(users) == Set(gradients.nodes) else { return false }
    let (dy, gate) = try gated(node.inputs[0], block: block)
    deferredPoolings[value] = DeferredPooling(
      dy: dy, gate: gate, places: pooling.places, block: block,
      shape: poolingShape(node.shapes[0], window, images: 1, block: block))
    program.note("max_pooling2d backward: with the convolution")
    return true
  }
}

/// A pooling's gradient that was left to the convolution in front of it.
struct DeferredPooling {
  /// The gradient behind the pooling, ReLU's result where there is one behind it, too, and the places
  /// of the maxima.
  var dy: BufferID
  var gate: BufferID?
  var places: BufferID
  var block: Int
  /// Of one image.
  var shape: nsl_pooling_shape
}
