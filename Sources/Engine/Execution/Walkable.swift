internal import CKernels

/// A tensor in one of the layouts that the loops of ours walk: channels in blocks, or plain.
struct Walkable {
  var tensor: Tensor
  var shape: nsl_tensor_shape

  var buffer: BufferID { tensor.buffer }
  var layout: Layout { tensor.layout }
}

extension Compiler {
  /// A value as it is where its layout can be walked, else plain.
  mutating func walkable(_ value: Value) throws -> Walkable {
    let shape = graph.shape(of: value)
    let tensor = try tensor(value)
    let block = shape.rank == 4 ? tensor.layout.channelBlock : 0
    if [1, 8, 16].contains(block) {
      return Walkable(tensor: tensor, shape: extents(shape, block: block))
    }
    return Walkable(tensor: try plain(value), shape: extents(shape, block: 1))
  }

  /// A value in the layout of another tensor of its shape.
  mutating func walkable(_ value: Value, like other: Walkable) throws -> Walkable {
    Walkable(tensor: try tensor(value, as: other.layout), shape: other.shape)
  }

  /// A new tensor for a node's result, its channels in blocks of `block`; 1 is plain.
  mutating func defineWalkable(_ value: Value, block: Int) throws -> Walkable {
    let shape = graph.shape(of: value)
    let layout =
      block > 1 && shape.rank == 4
      ? try Layout(channelBlock: block, shape) : try Layout(plain: shape)
    let extents = extents(shape, block: shape.rank == 4 ? block : 1)
    return Walkable(tensor: try define(value, layout), shape: extents)
  }

  func extents(_ shape: Shape, block: Int) -> nsl_tensor_shape {
    precondition(shape.rank >= 2, "a batch of channels")
    return nsl_tensor_shape(
      batch: shape[0], channels: shape[1], height: shape.rank > 2 ? shape[2] : 1,
      width: shape.rank > 3 ? shape[3] : 1, block: block)
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

  func floats(_ buffer: BufferID) -> UnsafeMutablePointer<Float> {
    address(buffer).assumingMemoryBound(to: Float.self)
  }
}

extension Program {
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
