import FoundationEssentials
import Learning
import Settings
import Testing

@Suite struct CheckpointTests {
  private func example() -> Checkpoint {
    var parameters = Model(.golden).initialParameters(seed: 4)
    // Every bit survives, also of numbers that are odd.
    parameters[0] = -0.0
    parameters[1] = .leastNonzeroMagnitude
    parameters[2] = .infinity
    return Checkpoint(architecture: .golden, seed: 4, parameters: parameters)
  }

  @Test func `comes back bit by bit`() throws {
    let checkpoint = example()
    let bytes = checkpoint.encoded()
    let decoded = try Checkpoint(decoding: bytes, origin: "model.safetensors")
    #expect(decoded.architecture == checkpoint.architecture && decoded.seed == 4)
    #expect(decoded.parameters.map(\.bitPattern) == checkpoint.parameters.map(\.bitPattern))
    #expect(decoded.encoded() == bytes)
  }

  @Test func `is a safetensors file in Keras's order`() throws {
    let bytes = example().encoded()
    let length = Int(bytes[0]) | Int(bytes[1]) << 8
    #expect(bytes[2..<8].allSatisfy { $0 == 0 } && (8 + length) % 8 == 0)
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    #expect(header.hasPrefix(#"{"__metadata__":{"architecture":"{\"classes\":3,"#))
    #expect(
      header.contains(#""conv2d/kernel":{"dtype":"F32","shape":[3,3,1,4],"data_offsets":[0,144]}"#))
    #expect(
      header.contains(
        #""dense/kernel":{"dtype":"F32","shape":[72,16],"data_offsets":[1344,5952]}"#))
    // Element [0, 0, 0, 1] in Keras's order is ours of output 1: the tenth of nine each.
    let start = 8 + length + 4
    let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
    #expect(Float(bitPattern: bits) == example().parameters[9])
  }

  @Test func `has the names that its layers are given`() throws {
    var checkpoint = example()
    let names = ["stem", "conv2d", "hidden", "logits"]
    #expect(Model(.golden).layerNames == ["conv2d", "conv2d_1", "dense", "dense_1"])
    checkpoint.layerNames = names
    let bytes = checkpoint.encoded()
    let length = Int(bytes[0]) | Int(bytes[1]) << 8
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    for name in names {
      for part in ["kernel", "bias"] {
        #expect(header.contains(#""\#(name)/\#(part)":{"dtype""#), "\(name)/\(part)")
      }
    }
    #expect(!header.contains("conv2d_1"))
    let decoded = try Checkpoint(decoding: bytes, origin: "model.safetensors")
    #expect(decoded.layerNames == names)
    #expect(decoded.parameters.map(\.bitPattern) == checkpoint.parameters.map(\.bitPattern))
  }

  @Test(arguments: [
    ["stem", "conv2d", "hidden"], ["stem", "conv2d", "hidden", "logits", "more"],
    ["stem", "stem", "hidden", "logits"], ["", "conv2d", "hidden", "logits"],
  ])
  func `refuses names that cannot be those of its layers`(names: [String]) throws {
    var checkpoint = example()
    checkpoint.layerNames = ["stem", "conv2d", "hidden", "logits"]
    let bytes = checkpoint.encoded()
    let length = Int(bytes[0]) | Int(bytes[1]) << 8
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    // A list as text in JSON.
    func text(_ names: [String]) -> String {
      "[" + names.map { #"\""# + $0 + #"\""# }.joined(separator: ",") + "]"
    }
    let parts = header.split(separator: text(["stem", "conv2d", "hidden", "logits"]))
    try #require(parts.count == 2)
    let changed = Array("\(parts[0])\(text(names))\(parts[1])".utf8)
    let damaged =
      [UInt8(changed.count & 255), UInt8(changed.count >> 8), 0, 0, 0, 0, 0, 0] + changed
      + bytes[(8 + length)...]
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint(decoding: damaged, origin: "w")
    }
    #expect(error?.message == "the metadata hold no names of the layers")
  }

  @Test(arguments: [
    ("cut", "the header should have"), ("empty", "0 bytes are too few"),
    ("short", "bytes, "), ("F16", "is of type F16 instead of F32"),
    ("renamed", "the architecture has no tensor conv2d/kernes"),
    ("reshaped", "has shape [1, 9, 1, 4] instead of [3, 3, 1, 4]"),
    ("format", "not a checkpoint of this program"), ("garbage", "not that of a safetensors file"),
    ("overlap", "cannot lie at"),
  ])
  func `says what is wrong with a damaged file`(damage: String, expected: String) {
    var bytes = example().encoded()
    func replace(_ old: String, _ new: String) {
      precondition(old.utf8.count == new.utf8.count)
      let pattern = Array(old.utf8)
      for start in 0..<bytes.count - pattern.count
      where Array(bytes[start..<start + pattern.count]) == pattern {
        bytes.replaceSubrange(start..<start + pattern.count, with: Array(new.utf8))
        return
      }
      Issue.record("no \(old) in the file")
    }
    switch damage {
    case "cut": bytes.removeSubrange(100...)
    case "empty": bytes = []
    case "short": bytes.removeLast(4)
    case "F16": replace("F32", "F16")
    case "renamed": replace("conv2d/kernel", "conv2d/kernes")
    case "reshaped": replace("[3,3,1,4]", "[1,9,1,4]")
    case "format": replace("nsl-run-3", "nsl-run-0")
    case "garbage": bytes[8] = 0
    default: replace("[0,144]", "[4,148]")
    }
    do {
      _ = try Checkpoint(decoding: bytes, origin: "model.safetensors")
      Issue.record("accepted")
    } catch {
      #expect(error.description.hasPrefix("model.safetensors: "))
      #expect(error.message.contains(expected), "\(error)")
    }
  }
}
