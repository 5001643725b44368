import Engine
import Testing

@Suite struct DropoutTests {
  private let rate: Float = 0.3

  /// What the mask holds, by its definition.
  private func mask(_ stream: RandomStream, draw: UInt32, channels: Int, area: Int) -> [Float] {
    let name = stream.words
    var mask: [Float] = []
    for c in 0..<channels {
      for place in 0..<area {
        let words = philox4x32(
          counter: SIMD4(UInt32(c / 4 * area + place), name.0 &+ draw, name.1, name.2),
          key: SIMD2(name.3, name.4))
        let uniform = Float(words[c % 4] >> 8) * 0x1p-24
        mask.append(uniform >= rate ? 1 / (1 - rate) : 0)
      }
    }
    return mask
  }

  private func write(_ stream: RandomStream, _ place: Int, _ executable: Executable, _ value: Value)
  {
    let name = stream.words
    for (i, word) in [name.0, name.1, name.2, name.3, name.4].enumerated() {
      executable.integers(value)[place * 5 + i] = Int32(bitPattern: word)
    }
  }

  private func stream(_ example: Int) -> RandomStream {
    RandomStream(seed: 7, purpose: .dropout, epoch: 3, example: example, draw: 1 << 16)
  }

  /// Rows, plain images, and images whose channels are blocked, with and without a rest.
  @Test(arguments: [[11, 1, 1], [3, 4, 5], [16, 3, 3], [10, 3, 4]], [false, true])
  func `drops what the streams say, in every layout`(shape: [Int], blocked: Bool) throws {
    let examples = [5, 9, 5]
    var graph = Graph()
    let x = graph.input("x", Shape([3] + (shape[1] == 1 ? [shape[0]] : shape)))
    let streams = graph.input("streams", [3, 5], .int32)
    var y = x
    if blocked {
      guard shape[1] > 1 else { return }
      // A convolution that hands its input on, in blocks of channels.
      let w = graph.parameter("w", [shape[0], shape[0], 1, 1])
      y = graph.convolution2D(x, weights: w, bias: graph.zeros([shape[0]]))
    }
    let dropped = graph.dropout(y, streams: streams, rate: rate, draw: 2)
    let gradient = graph.gradients(of: graph.sum(dropped), at: [x])[0]
    let parameters = ParameterVector(count: graph.parameterCount)
    if blocked {
      for c in 0..<shape[0] { parameters.values[c * shape[0] + c] = 1 }
      parameters.markChanged()
    }
    let executable = Executable(graph, outputs: [dropped, gradient], parameters: parameters)
    for (place, example) in examples.enumerated() {
      write(stream(example), place, executable, streams)
    }
    for i in executable.floats(x).indices { executable.floats(x)[i] = Float(i + 1) }
    executable.run()
    let expected = examples.flatMap {
      mask(stream($0), draw: 2, channels: shape[0], area: shape[1] * shape[2])
    }
    #expect(Array(executable.floats(gradient)) == expected)
    #expect(
      Array(executable.floats(dropped)) == expected.enumerated().map { Float($0 + 1) * $1 })
    #expect(expected.contains(0) && expected.contains { $0 > 1 })
  }

  @Test func `keeps the share that it should`() {
    let kept = (0..<40).flatMap { mask(stream($0), draw: 1, channels: 16, area: 49) }
      .filter { $0 > 0 }
    let share = Double(kept.count) / (40 * 16 * 49)
    #expect(abs(share - 0.7) < 0.01, "\(share)")
  }

  @Test func `layers that drop have nothing in common`() {
    let first = mask(stream(1), draw: 1, channels: 16, area: 64)
    let second = mask(stream(1), draw: 2, channels: 16, area: 64)
    let same = zip(first, second).count { $0 == $1 }
    // 0.7² + 0.3² of 1,024, give or take five deviations.
    #expect(abs(Double(same) - 594) < 80, "\(same)")
  }
}
