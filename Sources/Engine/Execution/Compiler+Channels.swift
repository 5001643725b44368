internal import CKernels
import Glibc

/// Steps that only move elements: along the channels, and into Keras's order.
extension Compiler {
  mutating func emitConcatenate(_ index: Int, _ node: Graph.Node) {
    let result = Value(node: index, output: 0)
    let isBlocked = areBlocked(node.inputs)
    let parts = node.inputs.map { part($0, isBlocked: isBlocked) }
    let whole = defineWalkable(result, isBlocked: isBlocked)
    let sizes = parts.map { exampleBytes($0.shape) }
    let (stride, batch) = (sizes.reduce(0, +), whole.shape.batch)
    program.append(
      "concatenate", touching: parts.map(\.buffer) + [whole.buffer]
    ) { memory in
      let sources = parts.map { memory.address($0.buffer) }
      let target = memory.address(whole.buffer)
      return {
        var offset = 0
        for (source, size) in zip(sources, sizes) {
          for n in 0..<batch { memcpy(target + n * stride + offset, source + n * size, size) }
          offset += size
        }
      }
    }
  }

  mutating func emitChannels(
    _ index: Int, _ node: Graph.Node, _ start: Int, _ shape: Shape
  ) {
    var whole = walkable(node.inputs[0])
    let block = whole.shape.block
    // A block that would be cut is laid out anew.
    if start % block != 0 || shape[1] % block != 0 {
      whole = part(node.inputs[0], isBlocked: false)
    }
    let result = defineWalkable(Value(node: index, output: 0), isBlocked: whole.layout.isBlocked)
    let (size, stride) = (exampleBytes(result.shape), exampleBytes(whole.shape))
    let offset = start * shape.dimensions.dropFirst(2).reduce(4, *)
    let (source, batch) = (whole.buffer, shape[0])
    program.append("channels", touching: [source, result.buffer]) { memory in
      let (from, to) = (memory.address(source), memory.address(result.buffer))
      return {
        for n in 0..<batch { memcpy(to + n * size, from + n * stride + offset, size) }
      }
    }
  }

  /// Whether all of `values` lie in blocks and fill them.
  private func areBlocked(_ values: [Value]) -> Bool {
    values.allSatisfy {
      tensor($0).layout.isBlocked && graph.shape(of: $0)[1] % Layout.block == 0
    }
  }

  private mutating func part(_ value: Value, isBlocked: Bool) -> Walkable {
    let tensor = isBlocked ? tensor(value) : plain(value)
    return Walkable(tensor: tensor, shape: extents(tensor.layout))
  }

  /// Of one example of a tensor whose channels fill their blocks.
  private func exampleBytes(_ shape: nsl_tensor_shape) -> Int {
    shape.channels * shape.height * shape.width * MemoryLayout<Float>.stride
  }

  mutating func emitFlatten(_ index: Int, _ node: Graph.Node) {
    let x = walkable(node.inputs[0])
    let y = defineWalkable(Value(node: index, output: 0), isBlocked: false)
    program.append("flatten", touching: [x.buffer, y.buffer]) { memory in
      let (input, result) = (memory.floats(x.buffer), memory.floats(y.buffer))
      return { nsl_flatten(input, result, x.shape) }
    }
  }

  mutating func emitUnflatten(_ index: Int, _ node: Graph.Node, _ shape: Shape) {
    let dy = plain(node.inputs[0])
    let dx = defineWalkable(Value(node: index, output: 0), isBlocked: false)
    program.append("flatten backward", touching: [dy.buffer, dx.buffer]) { memory in
      let (gradient, result) = (memory.floats(dy.buffer), memory.floats(dx.buffer))
      return { nsl_unflatten(gradient, result, dx.shape) }
    }
  }
}
