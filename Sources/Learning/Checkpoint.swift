import Engine
import FoundationEssentials
package import Settings

/// A trained model in the safetensors format: tensors under their layers' names (`conv2d/kernel`), in
/// Keras's order and shapes (convolutions `[R, S, I, O]`, dense `[inputs, O]`), single precision. Any safetensors
/// reader opens it.
///
/// - Source: the format's description in https://github.com/huggingface/safetensors.
package struct Checkpoint: Hashable, Sendable {
  package var architecture: Architecture
  /// The seed that the model was trained with.
  package var seed: Int
  /// `[P + S]`, our order: what is trained, then moving averages.
  package var parameters: [Float]
  /// Of the layers that have weights, in their order, no two alike; `nil` as Keras counts them.
  package var layerNames: [String]?

  package init(
    architecture: Architecture, seed: Int, parameters: [Float], layerNames: [String]? = nil
  ) {
    self.architecture = architecture
    self.seed = seed
    self.parameters = parameters
    self.layerNames = layerNames
  }

  /// What `__metadata__` says in `format`.
  static let format = "nsl-run-3"
  /// Where `__metadata__` has the layers' names.
  static let namesKey = "layer_names"

  /// The file's bytes: the header's length (8 bytes, little-endian), the header (JSON, padded with
  /// spaces), the elements (little-endian). Equal checkpoints give equal bytes.
  ///
  /// Precondition: as many parameters as the architecture has.
  package func encoded() -> [UInt8] {
    let model = Model(architecture, layerNames: layerNames)
    precondition(
      parameters.count == model.parameterCount + model.stateCount,
      "parameters of another architecture")
    let names = layerNames.map { ",\"\(Self.namesKey)\":\(json(json($0)))" } ?? ""
    var entries = [
      "\"__metadata__\":{\"architecture\":\(json(json(architecture))),"
        + "\"format\":\(json(Self.format))\(names),\"seed\":\"\(seed)\"}"
    ]
    var data: [UInt8] = []
    data.reserveCapacity(4 * parameters.count)
    var offset = 0
    for weight in model.weights + model.state {
      let slice = parameters[offset..<offset + weight.shape.count]
      offset += weight.shape.count
      let start = data.count
      for element in KerasOrder.fromOurs(slice, shape: weight.shape) {
        withUnsafeBytes(of: element.bitPattern.littleEndian) { data.append(contentsOf: $0) }
      }
      entries.append(
        "\(json(weight.name)):{\"dtype\":\"F32\",\"shape\":\(json(weight.kerasShape)),"
          + "\"data_offsets\":[\(start),\(data.count)]}")
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    var bytes = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    bytes += header
    return bytes + data
  }

  private func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
      preconditionFailure("numbers and texts have a JSON form")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
