import Engine
import FoundationEssentials
package import Settings

/// Bytes that are not one of our checkpoints.
package struct CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    /// Shorter or longer than it says.
    case truncated
    /// Not safetensors, or without our metadata.
    case header
    /// Other tensors than the architecture has.
    case tensors
  }

  package let code: Code
  /// Where the bytes come from: a path.
  package let origin: String
  package let message: String

  package init(code: Code, origin: String, message: String) {
    self.code = code
    self.origin = origin
    self.message = message
  }

  package var description: String { "\(origin): \(message)" }
}

extension Checkpoint {
  /// All that a checkpoint says but the weights themselves, checked.
  package struct Header: Sendable {
    package let architecture: Architecture
    package let seed: Int
    package let layerNames: [String]?
    fileprivate let model: Model
    fileprivate let file: SafetensorsFile

    /// - Parameter origin: Where the bytes come from, for the error.
    /// - Throws: `CheckpointError` for bytes that cannot be read as a checkpoint.
    package init(decoding bytes: [UInt8], origin: String) throws(CheckpointError) {
      let file = try SafetensorsFile(bytes, origin: origin)
      func fail(_ code: CheckpointError.Code, _ message: String) -> CheckpointError {
        CheckpointError(code: code, origin: origin, message: message)
      }
      guard file.metadata["format"] == Checkpoint.format else {
        throw fail(.header, "not a checkpoint of this program (no format \(Checkpoint.format))")
      }
      guard let seed = file.metadata["seed"].flatMap({ Int($0) }) else {
        throw fail(.header, "the metadata holds no seed")
      }
      guard
        let architecture = file.metadata["architecture"].flatMap({
          try? JSONDecoder().decode(Architecture.self, from: Data($0.utf8))
        }), architecture.isPossible
      else {
        throw fail(.header, "the metadata holds no architecture")
      }
      var layerNames: [String]?
      if let text = file.metadata[Checkpoint.namesKey] {
        layerNames = try? JSONDecoder().decode([String].self, from: Data(text.utf8))
        guard let layerNames, Checkpoint.areNames(layerNames, of: architecture) else {
          throw fail(.header, "the metadata hold no names of the layers")
        }
      }
      let model = Model(architecture, layerNames: layerNames)
      let names = Set((model.weights + model.state).map(\.name))
      if let other = file.tensors.keys.sorted().first(where: { !names.contains($0) }) {
        throw fail(.tensors, "the architecture has no tensor \(other)")
      }
      for weight in model.weights + model.state {
        guard let tensor = file.tensors[weight.name] else {
          throw fail(.tensors, "the tensor \(weight.name) is missing")
        }
        guard tensor.shape == weight.kerasShape else {
          throw fail(
            .tensors,
            "the tensor \(weight.name) has shape \(tensor.shape) instead of \(weight.kerasShape)")
        }
      }
      (self.architecture, self.seed, self.layerNames) = (architecture, seed, layerNames)
      (self.model, self.file) = (model, file)
    }
  }

  /// Reads what ``encoded()`` wrote, checking everything.
  ///
  /// - Parameter origin: Where the bytes come from, for the error.
  /// - Throws: `CheckpointError`.
  package init(decoding bytes: [UInt8], origin: String) throws(CheckpointError) {
    let header = try Header(decoding: bytes, origin: origin)
    var parameters: [Float] = []
    parameters.reserveCapacity(bytes.count / 4)
    for weight in header.model.weights + header.model.state {
      // The header has been checked: the tensor is there.
      guard let tensor = header.file.tensors[weight.name] else { continue }
      parameters += KerasOrder.toOurs(header.file.elements(of: tensor)[...], shape: weight.shape)
    }
    self.init(
      architecture: header.architecture, seed: header.seed, parameters: parameters,
      layerNames: header.layerNames)
  }

  fileprivate static func areNames(_ names: [String], of architecture: Architecture) -> Bool {
    names.count == architecture.layers.count { $0.layer.hasWeights }
      && Set(names).count == names.count && !names.contains("")
  }
}

/// The outer form of a safetensors file of single-precision tensors.
private struct SafetensorsFile: Sendable {
  struct Tensor: Decodable, Sendable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
  }

  private(set) var metadata: [String: String] = [:]
  private(set) var tensors: [String: Tensor] = [:]
  private let data: ArraySlice<UInt8>

  init(_ bytes: [UInt8], origin: String) throws(CheckpointError) {
    func fail(_ code: CheckpointError.Code, _ message: String) -> CheckpointError {
      CheckpointError(code: code, origin: origin, message: message)
    }
    guard bytes.count >= 8 else {
      throw fail(.truncated, "\(bytes.count) bytes are too few for a safetensors file")
    }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else {
      throw fail(
        .truncated, "the header should have \(length) bytes, \(bytes.count - 8) follow")
    }
    let end = 8 + Int(length)
    data = bytes[end...]
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(bytes[8..<end]))
    } catch {
      throw fail(.header, "the header is not that of a safetensors file")
    }
    metadata = header.metadata
    tensors = header.tensors
    // The tensors' parts of the data follow each other without gap or overlap, to the end.
    var offset = 0
    for (name, tensor) in tensors.sorted(by: {
      $0.value.data_offsets.lexicographicallyPrecedes($1.value.data_offsets)
    }) {
      guard tensor.dtype == "F32" else {
        throw fail(.tensors, "the tensor \(name) is of type \(tensor.dtype) instead of F32")
      }
      let count = tensor.shape.reduce(into: (value: 1, isValid: true)) { result, extent in
        let (value, overflow) = result.value.multipliedReportingOverflow(by: extent)
        result = (value, result.isValid && !overflow && extent > 0 && value <= bytes.count)
      }
      guard count.isValid, tensor.data_offsets == [offset, offset + 4 * count.value] else {
        throw fail(
          .tensors,
          "the tensor \(name) of shape \(tensor.shape) cannot lie at \(tensor.data_offsets)")
      }
      offset += 4 * count.value
    }
    guard offset == data.count else {
      throw fail(.truncated, "the tensors have \(offset) bytes, \(data.count) are there")
    }
  }

  func elements(of tensor: Tensor) -> [Float] {
    let start = data.startIndex + tensor.data_offsets[0]
    let end = data.startIndex + tensor.data_offsets[1]
    return data[start..<end].withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: 4).map { place in
        let bits = raw.loadUnaligned(fromByteOffset: place, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: bits))
      }
    }
  }

  private struct Header: Decodable {
    var metadata: [String: String] = [:]
    var tensors: [String: Tensor] = [:]

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys {
        if key.stringValue == "__metadata__" {
          metadata = try container.decode([String: String].self, forKey: key)
        } else {
          tensors[key.stringValue] = try container.decode(Tensor.self, forKey: key)
        }
      }
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
