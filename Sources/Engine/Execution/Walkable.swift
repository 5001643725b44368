internal import CKernels

/// A tensor with its extents, as loops over its elements want them.
struct Walkable {
  var tensor: Tensor
  var shape: nsl_tensor_shape

  var buffer: BufferID { tensor.buffer }
  var layout: Layout { tensor.layout }
}

extension Compiler {
  func walkable(_ value: Value) -> Walkable {
    let tensor = tensor(value)
    return Walkable(tensor: tensor, shape: extents(tensor.layout))
  }

  /// A value in the layout of another tensor of its shape.
  mutating func walkable(_ value: Value, like other: Walkable) -> Walkable {
    Walkable(tensor: tensor(value, as: other.layout), shape: other.shape)
  }

  /// A new tensor for a node's result, its channels in blocks or not.
  mutating func defineWalkable(_ value: Value, isBlocked: Bool) -> Walkable {
    let shape = graph.shape(of: value)
    let layout = isBlocked && shape.rank == 4 ? Layout(blocked: shape) : Layout(plain: shape)
    return Walkable(tensor: define(value, layout), shape: extents(layout))
  }

  func extents(_ layout: Layout) -> nsl_tensor_shape {
    let shape = layout.shape
    precondition(shape.rank >= 2, "a batch of channels")
    return nsl_tensor_shape(
      batch: shape[0], channels: shape[1], height: shape.rank > 2 ? shape[2] : 1,
      width: shape.rank > 3 ? shape[3] : 1, block: layout.isBlocked ? Layout.block : 1)
  }
}

/// Where a step's buffers are.
struct StepMemory {
  fileprivate let addresses: [BufferID: UnsafeMutableRawPointer]

  func address(_ buffer: BufferID) -> UnsafeMutableRawPointer {
    guard let address = addresses[buffer] else {
      preconditionFailure("a step binds a buffer that it does not touch")
    }
    return address
  }

  func floats(_ buffer: BufferID) -> UnsafeMutablePointer<Float> { address(buffer).floats }

  func floats(_ buffer: BufferID?) -> UnsafeMutablePointer<Float>? { buffer.map { floats($0) } }
}

extension Program {
  /// A buffer of so many floats that is only needed between its first and its last step.
  mutating func buffer(floats: Int) -> BufferID {
    buffer(byteCount: floats * MemoryLayout<Float>.stride)
  }

  /// Adds a step of ours.
  mutating func append(
    _ name: String, touching buffers: [BufferID], inPlace: [InPlace] = [],
    _ bind: @escaping (StepMemory) -> () -> Void
  ) {
    append(
      Step(name: name, touches: buffers, inPlace: inPlace) { address in
        let addresses = buffers.map { ($0, address($0)) }
        return bind(StepMemory(addresses: Dictionary(addresses) { first, _ in first }))
      })
  }
}
