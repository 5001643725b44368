internal import CKernels

/// Gradients of convolutions of images, whose one or few channels would leave most of a block empty.
extension Compiler {
  func takesFewChannels(_ gradients: ConvolutionGradients) -> Bool {
    let window = gradients.window
    return nsl_reads_plain(gradients.inputShape[1]) != 0 && window.strides == [1, 1]
      && window.padding == window.paddingEnd
      && (gradients.parameters == nil || window.kernel == [3, 3])
      && zip(window.padding, window.kernel).allSatisfy { $0 < $1 }
  }

  /// - Returns: Whether the convolution is one of these.
  mutating func emitFewChannelsGradients(_ gradients: ConvolutionGradients) -> Bool {
    let pooled = deferredPoolings[gradients.dy]
    guard takesFewChannels(gradients) else {
      precondition(pooled == nil, "a pooling's gradient was left to a kernel that is not used")
      return false
    }
    let set = kernels
    let (xShape, wShape) = (gradients.inputShape, gradients.weightsShape)
    let shape = convolutionShape(xShape, outputs: wShape[0], gradients.window)
    let scratch = program.buffer(floats: nsl_few_channels_scratch(set, shape))
    let (dy, gate) = pooled.map { ($0.dy, $0.gate) } ?? gated(gradients.dy)
    var (x, w, dx, dw, db): (BufferID?, BufferID?, BufferID?, BufferID?, BufferID?)
    if let input = gradients.input {
      w = plain(input.weights).buffer
      dx = define(Value(node: input.node, output: 0), Layout(plain: xShape)).buffer
    }
    if let parameters = gradients.parameters {
      x = plain(parameters.x).buffer
      (dw, db) = defineParameterGradient(parameters.node, wShape)
    }
    let touches =
      [dy, scratch] + [gate, pooled?.places, x, w, dx, dw, db].compactMap { $0 }
    let kernel = "few-channels\(pooled == nil ? "" : "-pooled")"
    append(gradients, kernel: kernel, touches: touches) { [x, w, dx, dw, db] memory in
      let (dy, scratch, gate) = (memory.floats(dy), memory.floats(scratch), memory.floats(gate))
      let (x, w) = (memory.floats(x), memory.floats(w))
      let (dx, dw, db) = (memory.floats(dx), memory.floats(dw), memory.floats(db))
      guard let pooled else {
        return {
          nsl_few_channels_gradients(set, x, dy, gate, nil, nil, w, dx, dw, db, scratch, shape)
        }
      }
      let places = memory.address(pooled.places).assumingMemoryBound(to: UInt8.self)
      var pooling = pooled.shape
      return {
        nsl_few_channels_gradients(
          set, x, dy, gate, places, &pooling, w, dx, dw, db, scratch, shape)
      }
    }
    return true
  }

  /// Leaves a pooling's gradient to the convolution in front of it where nothing else needs it: the
  /// two together never write it out.
  ///
  /// - Parameter places: Of the maxima.
  mutating func deferPoolingGradient(
    _ index: Int, _ node: Graph.Node, places: BufferID, _ window: Window
  ) -> Bool {
    let value = Value(node: index, output: 0)
    guard !isVisible(value), let users = users[value], let first = users.first,
      isConvolutionGradient(first)
    else { return false }
    let gradients = convolutionGradients(first)
    guard gradients.dy == value, takesFewChannels(gradients), Set(users) == Set(gradients.nodes)
    else { return false }
    let (dy, gate) = gated(node.inputs[0])
    deferredPoolings[value] = DeferredPooling(
      dy: dy, gate: gate, places: places,
      shape: poolingShape(node.shapes[0], window, images: 1))
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
  /// Of one image.
  var shape: nsl_pooling_shape
}
