import FoundationEssentials

/// All of a training between two of its steps: with the same settings and data, what is trained from
/// here has the same bytes as what is trained without a break.
package struct TrainingSnapshot: Hashable, Sendable {
  var loop: TrainingLoop
  /// `[P + S]`.
  var parameters: [Float]
  var optimizer: OptimizerState.Contents
  /// How long it took so far, in seconds of the clock. Zero until whoever stores it says so.
  package var seconds = 0.0

  init(loop: TrainingLoop, parameters: [Float], optimizer: OptimizerState.Contents) {
    self.loop = loop
    self.parameters = parameters
    self.optimizer = optimizer
  }

  /// Epochs that are done.
  package var epoch: Int { loop.epoch }
  /// Steps of the next epoch that are done.
  package var step: Int { loop.step }
}

/// A snapshot as a sealed file: what is short as JSON; weights, the optimizer's vectors and the best
/// epoch's weights in the machine's own byte order, which a maker implies.
extension TrainingSnapshot {
  private struct Header: Codable {
    var loop: TrainingLoop
    var updates: Int
    var seconds: Double
  }

  /// - Parameter maker: As in ``SealedFile``.
  package func encoded(by maker: String) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let header = Header(loop: loop, updates: optimizer.updates, seconds: seconds)
    guard let text = try? encoder.encode(header) else {
      preconditionFailure("numbers and texts have a JSON form")
    }
    let vectors = [parameters, optimizer.values, loop.best]
    var file = SealedFile(
      by: maker, capacity: vectors.reduce(text.count) { $0 + 4 * $1.count })
    file.add([UInt8](text))
    for vector in vectors { vector.withUnsafeBytes { file.add($0) } }
    return file.finish()
  }

  /// - Parameter maker: As in ``encoded(by:)``.
  package init(decoding bytes: [UInt8], by maker: String) throws(SealedFile.Problem) {
    let sections = try SealedFile.sections(of: bytes, by: maker)
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard sections.count == 4, sections.dropFirst().allSatisfy({ $0.count % 4 == 0 }),
      let header = try? decoder.decode(Header.self, from: Data(sections[0])),
      (0...1e9).contains(header.seconds)
    else { throw .damaged }
    loop = header.loop
    parameters = Self.floats(sections[1])
    optimizer = OptimizerState.Contents(
      updates: header.updates, values: Self.floats(sections[2]))
    loop.best = Self.floats(sections[3])
    seconds = header.seconds
  }

  private static func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    [Float](unsafeUninitializedCapacity: bytes.count / 4) { floats, count in
      count = bytes.count / 4
      UnsafeMutableRawBufferPointer(floats).copyBytes(from: bytes)
    }
  }
}
