import Settings

/// The name of a stage's output in the store: SHA-256 of everything that decides that output and
/// of nothing else.
///
/// Its 32 bytes lie in the value itself: a plan has a key for each of its stages, which may be
/// many.
package struct StageKey: Hashable, Comparable, Sendable {
  /// Its digits, the most significant ones first.
  package let words: (UInt64, UInt64, UInt64, UInt64)

  package init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// - Parameter hex: 64 digits in lowercase; `nil` where it is anything else.
  package init?(hex: String) {
    var words: [UInt64] = [0, 0, 0, 0]
    guard hex.utf8.count == 64 else { return nil }
    for (index, character) in hex.utf8.enumerated() {
      let digit: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
      default: return nil
      }
      words[index / 16] = words[index / 16] << 4 | UInt64(digit)
    }
    self.words = (words[0], words[1], words[2], words[3])
  }

  /// 64 digits in lowercase.
  package var hex: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    appendHex(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the 64 digits as ASCII.
  func appendHex(to bytes: inout [UInt8]) {
    func digit(_ value: UInt8) -> UInt8 {
      value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
    let all = (
      words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
    )
    withUnsafeBytes(of: all) {
      for byte in $0 {
        bytes.append(digit(byte >> 4))
        bytes.append(digit(byte & 15))
      }
    }
  }

  /// The first 64 bits, which no two keys that exist share: a hash that needs no hashing.
  package var prefix: UInt64 { words.0 }

  package static func == (a: StageKey, b: StageKey) -> Bool { a.words == b.words }
  package static func < (a: StageKey, b: StageKey) -> Bool { a.words < b.words }
  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension StageKey: CustomStringConvertible {
  package var description: String { hex }
}

extension StageKey: Codable {
  private enum CodingKeys: CodingKey { case hex }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let hex = try container.decode(String.self, forKey: .hex)
    guard let key = StageKey(hex: hex) else {
      throw DecodingError.dataCorruptedError(
        forKey: .hex, in: container, debugDescription: "not 64 hexadecimal digits")
    }
    self = key
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(hex, forKey: .hex)
  }
}
