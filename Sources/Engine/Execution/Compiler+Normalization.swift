internal import CKernels

extension Compiler {
  mutating func emitBatchNormalization(
    _ index: Int, _ node: Graph.Node, _ epsilon: Float
  ) throws {
    let x = try walkable(node.inputs[0])
    let (gamma, beta) = (try plain(node.inputs[1]), try plain(node.inputs[2]))
    let isTraining = node.inputs.count == 3
    func moment(_ output: Int) throws -> Tensor {
      isTraining
        ? try define(
          Value(node: index, output: output), Layout(plain: [x.shape.channels]))
        : try plain(node.inputs[output + 2])
    }
    let (mean, variance) = (try moment(1), try moment(2))
    let y = try defineWalkable(Value(node: index, output: 0), block: x.shape.block)
    let scratch = program.buffer(byteCount: momentScratch(x.shape))
    let touched = [x, y].map(\.buffer) + [gamma, beta, mean, variance].map(\.buffer) + [scratch]
    program.append("\(name(index)) forward", touching: touched) { memory in
      let (input, result) = (memory.floats(x.buffer), memory.floats(y.buffer))
      let (scale, shift) = (memory.floats(gamma.buffer), memory.floats(beta.buffer))
      let (center, square) = (memory.floats(mean.buffer), memory.floats(variance.buffer))
      let sums = memory.address(scratch).assumingMemoryBound(to: Double.self)
      return {
        if isTraining { nsl_batch_moments(input, sums, center, square, x.shape) }
        nsl_batch_normalization(input, scale, shift, center, square, epsilon, result, x.shape)
      }
    }
  }

  mutating func emitBatchNormalizationGradient(
    _ index: Int, _ node: Graph.Node, _ epsilon: Float, throughMoments: Bool
  ) throws {
    let x = try walkable(node.inputs[0])
    let gamma = try plain(node.inputs[1])
    let (mean, variance) = (try plain(node.inputs[2]), try plain(node.inputs[3]))
    let dy = try walkable(node.inputs[4], like: x)
    let dx = try defineWalkable(Value(node: index, output: 0), block: x.shape.block)
    let vector = try Layout(plain: [x.shape.channels])
    let dgamma = try define(Value(node: index, output: 1), vector)
    let dbeta = try define(Value(node: index, output: 2), vector)
    let scratch = program.buffer(byteCount: momentScratch(x.shape))
    let touched =
      [x, dy, dx].map(\.buffer) + [gamma, mean, variance, dgamma, dbeta].map(\.buffer) + [scratch]
    program.append("\(name(index)) backward", touching: touched) { memory in
      let (input, gradient) = (memory.floats(x.buffer), memory.floats(dy.buffer))
      let (scale, result) = (memory.floats(gamma.buffer), memory.floats(dx.buffer))
      let (center, square) = (memory.floats(mean.buffer), memory.floats(variance.buffer))
      let (first, second) = (memory.floats(dgamma.buffer), memory.floats(dbeta.buffer))
      let sums = memory.address(scratch).assumingMemoryBound(to: Double.self)
      return {
        nsl_batch_normalization_gradient(
          input, scale, center, square, gradient, epsilon, throughMoments ? 1 : 0, sums, result,
          first, second, x.shape)
      }
    }
  }

  private func momentScratch(_ shape: nsl_tensor_shape) -> Int {
    2 * shape.channels * MemoryLayout<Double>.stride
  }
}
