internal import CKernels
import Glibc

/// Steps that only move elements: along the channels, and into Keras's order.
extension Compiler {
  mutating func emitConcatenate(_ index: Int, _ node: Graph.Node) throws {
    let result = Value(node: index, output: 0)
    let block = try commonBlock(node.inputs)
    let parts = try node.inputs.map { try part($0, block: block) }
    let whole = try defineWalkable(result, block: block)
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
  ) throws {
    var whole = try walkable(node.inputs[0])
    let block = whole.shape.block
    // A block that would be cut is laid out anew.
    if start % block != 0 || shape[1] % block != 0 {
      whole = try part(node.inputs[0], block: 1)
    }
    let result = try defineWalkable(Value(node: index, output: 0), block: whole.shape.block)
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

  /// The block in which all of `values` lie and that none of them cuts; 1 where there is none.
  private mutating func commonBlock(_ values: [Value]) throws -> Int {
    let blocks = Set(try values.map { try walkable($0).shape.block })
    guard blocks.count == 1, let block = blocks.first,
      values.allSatisfy({ graph.shape(of: $0)[1] % block == 0 })
    else { return 1 }
    return block
  }

  private mutating func part(_ value: Value, block: Int) throws -> Walkable {
    var part = try walkable(value)
    if part.shape.block != block {
      part.tensor = try plain(value)
      part.shape.block = 1
    }
    return part
  }

  /// Of one example of a tensor whose channels fill their blocks.
  private func exampleBytes(_ shape: nsl_tensor_shape) -> Int {
    shape.channels * shape.height * shape.width * MemoryLayout<Float>.stride
  }

  mutating func emitFlatten(_ index: Int, _ node: Graph.Node) throws {
    let x = try walkable(node.inputs[0])
    let y = try defineWalkable(Value(node: index, output: 0), block: 1)
    program.append("flatten", touching: [x.buffer, y.buffer]) { memory in
      let (input, result) = (memory.floats(x.buffer), memory.floats(y.buffer))
      return { nsl_flatten(input, result, x.shape) }
    }
  }

  mutating func emitUnflatten(_ index: Int, _ node: Graph.Node, _ shape: Shape) throws {
    let dy = try plain(node.inputs[0])
    let dx = try defineWalkable(Value(node: index, output: 0), block: 1)
    program.append("flatten backward", touching: [dy.buffer, dx.buffer]) { memory in
      let (gradient, result) = (memory.floats(dy.buffer), memory.floats(dx.buffer))
      return { nsl_unflatten(gradient, result, dx.shape) }
    }
  }
}
