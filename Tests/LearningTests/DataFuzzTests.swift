import Files
import Learning
import Settings
import SystemPackage
import TestSupport
import Testing

/// What reads data never traps, whatever the bytes are: it gives an array or an error.
@Suite("Damaged data")
struct DataFuzzTests {
  /// Every reader, by the kind of its files.
  private func read(_ name: String, _ bytes: [UInt8]) throws {
    if name.hasSuffix(".npy") {
      let array = try NPY.array(of: bytes, origin: name)
      _ = try? array.idx(.images, origin: name)
      _ = try array.idx(.labels, origin: name)
    } else if name.hasSuffix(".npz") {
      let archive = try ZipArchive(bytes, origin: name)
      for array in ["x_train", "y_train", "arr_0"] {
        let found = try? archive.array(array, origin: name)
        _ = try? found?.idx(.images, origin: name)
      }
    } else if name.hasSuffix(".tar") {
      _ = try TarArchive.members(of: bytes, origin: name)
    } else if name.hasSuffix(".gz") {
      _ = try Gzip.decompressIDX(bytes, .images, origin: name)
    } else if name.hasSuffix(".png") {
      _ = try PNGImage(bytes, origin: name)
    } else if name.hasSuffix(".idx") {
      _ = try bytes.withUnsafeBytes { try IDX.imageDimensions(of: $0, origin: name) }
    } else {
      _ = try PickledBatch(bytes[...], imageSize: 3072, origin: name)
    }
  }

  /// The bytes with some changed, cut, doubled or replaced by what is special.
  private func mutated(
    _ bytes: [UInt8], _ random: inout some RandomNumberGenerator
  ) -> [UInt8] {
    var bytes = bytes
    // Headers are where it matters.
    func place() -> Int {
      let end = Bool.random(using: &random) ? min(bytes.count, 256) : bytes.count
      return Bool.random(using: &random) || end < 256
        ? Int.random(in: 0..<max(end, 1), using: &random)
        : Int.random(in: max(0, bytes.count - 256)..<bytes.count, using: &random)
    }
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place()] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place()] = UInt8.random(in: 0...255, using: &random)
      case 2:
        let start = place()
        for index in start..<min(start + 8, bytes.count) {
          bytes[index] = Bool.random(using: &random) ? 0xFF : 0
        }
      case 3: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
      case 4:
        let start = place()
        let end = min(start + 16, bytes.count)
        bytes.insert(contentsOf: bytes[start..<end], at: place())
      default:
        let digits = Array("9223372036854775807".utf8)
        let start = place()
        bytes.replaceSubrange(start..<min(start + digits.count, bytes.count), with: digits)
      }
    }
    return bytes
  }

  @Test func `is an error or an array, never the end of the program`() throws {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SeededGenerator(state: seed)
    let tiny = TinyDataset()
    var files = try arrayFixtures().filter { !$0.key.hasPrefix("bad-large") }
    files["x.idx"] = tiny.train
    files["x.gz"] = gzip(tiny.train)
    files["gray.png"] = png(3, 2, [1, 2, 3, 4, 5, 6], color: 0)
    files["palette.png"] = png(
      3, 2, [0, 1, 0, 1, 0, 1], color: 3, chunks: [("PLTE", [1, 2, 3, 4, 5, 6])])
    files["x.tar"] =
      tarMember("a/", [], kind: "5") + tarMember("a/b.bin", Array(0..<200))
      + tarMember("c", Array(0..<100)) + [UInt8](repeating: 0, count: 1024)
    var (errors, arrays) = (0, 0)
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) where bytes.count < 20_000 {
      let count = bytes.count > 4000 ? 100 : 300
      for _ in 0..<count {
        do {
          try read(name, mutated(bytes, &random))
          arrays += 1
        } catch {
          #expect(error is DatasetError, "seed \(seed), \(name): \(error)")
          errors += 1
        }
      }
    }
    #expect(errors > 1000 && arrays > 100, "seed \(seed): \(errors) errors, \(arrays) arrays")
  }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
