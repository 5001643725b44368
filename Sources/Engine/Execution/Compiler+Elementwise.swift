/// Steps of our own, on plain tensors that are too small to matter for speed.
extension Compiler {
  mutating func emitElementwise(_ index: Int, _ node: Graph.Node) {
    let inputs = node.inputs.map { plain($0) }
    let result = define(Value(node: index, output: 0), Layout(plain: node.shapes[0]))
    let shapes = node.inputs.map { graph.shape(of: $0) }
    let operation = node.operation
    let resultCount = node.shapes[0].count
    program.append(
      Step(name: "\(operation)", touches: inputs.map(\.buffer) + [result.buffer]) { address in
        func floats(_ input: Int) -> UnsafeBufferPointer<Float> {
          UnsafeBufferPointer(
            start: address(inputs[input].buffer).assumingMemoryBound(to: Float.self),
            count: shapes[input].count)
        }
        let y = UnsafeMutableBufferPointer(
          start: address(result.buffer).assumingMemoryBound(to: Float.self), count: resultCount)
        switch operation {
        case .softmaxCrossEntropy(let smoothing):
          let (logits, labels) = (floats(0), Self.integers(floats(1)))
          return { crossEntropy(logits, labels, smoothing: smoothing, y) }
        case .softmaxCrossEntropyGradient(let smoothing):
          let (logits, labels, dy) = (floats(0), Self.integers(floats(1)), floats(2))
          return { crossEntropyGradient(logits, labels, smoothing: smoothing, dy, y) }
        case .sum(let factor):
          let x = floats(0)
          return { y[0] = x.reduce(0, +) * factor }
        case .fill(_, let factor):
          let x = floats(0)
          return { y.update(repeating: x[0] * factor) }
        default:
          preconditionFailure("\(operation) is not elementwise")
        }
      })
  }

  private static func integers(_ buffer: UnsafeBufferPointer<Float>) -> UnsafeBufferPointer<Int32> {
    // An int32 input: its buffer was written through `Executable.integers`.
    UnsafeRawBufferPointer(buffer).assumingMemoryBound(to: Int32.self)
  }
}
