import TestSupport
import Testing
import Tracking

@Suite struct `Records of event files` {
  /// RFC 3720, appendix B.4, and the check value of CRC-32C in the catalogue of parametrised CRCs.
  @Test(
    arguments: [
      ([], 0), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
      ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E),
      ((0..<32).reversed(), 0x113F_DB5C), (Array("123456789".utf8), 0xE306_9283),
      (
        [
          0x01, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0,
          0,
          0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
        ], 0xD996_3A56
      ),
    ] as [([UInt8], UInt32)])
  func `have the published checksums`(bytes: [UInt8], checksum: UInt32) {
    #expect(CRC32C.checksum(bytes) == checksum)
  }

  /// The first record of every event file, at time 0; `version.py` writes it.
  @Test func `are framed as TensorBoard frames them`() throws {
    let event: [UInt8] = [0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x1A, 13] + Array("brain.Event:2".utf8)
    let expected = try [UInt8](fixture("version.tfrecord"))
    #expect(EventRecord.bytes(event) == expected)
  }

  @Test func `hold whatever bytes, of whatever length`() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix64(seed: seed)
    for _ in 0..<100 {
      let all = (0..<Int.random(in: 0...3, using: &random)).map { _ in
        (0..<Int.random(in: 0...300, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
      }
      let bytes = all.flatMap { EventRecord.bytes($0) }
      #expect(try EventText.records(bytes).map(Array.init) == all, "seed \(seed)")
      guard let place = bytes.indices.randomElement(using: &random) else { continue }
      var damaged = bytes
      damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      #expect(throws: EventText.Malformed.self, "seed \(seed)") {
        try EventText.records(damaged)
      }
    }
  }
}
