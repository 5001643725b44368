internal import CCrypto

/// A digest of bytes, made by the system's libcrypto.
package struct ContentDigest: Hashable, Sendable {
  package let bytes: [UInt8]

  /// 32 bytes.
  ///
  /// - Source: FIPS 180-4.
  package static func sha256(_ data: UnsafeRawBufferPointer) -> ContentDigest {
    ContentDigest(data, length: 32, ccrypto_sha256)
  }

  package static func sha256(_ data: [UInt8]) -> ContentDigest {
    data.withUnsafeBytes { sha256($0) }
  }

  /// The same as four whole numbers, most significant byte first, without an array.
  package static func sha256Words(_ data: [UInt8]) -> (UInt64, UInt64, UInt64, UInt64) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digest in
      data.withUnsafeBytes { data in
        guard let start = digest.baseAddress,
          ccrypto_sha256(data.baseAddress, data.count, start) == 0
        else { fatalError("libcrypto has no such digest") }
      }
      let bytes = UnsafeRawBufferPointer(digest)
      func word(_ index: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
      }
      return (word(0), word(1), word(2), word(3))
    }
  }

  /// 16 bytes: enough against damage, not against attackers.
  ///
  /// - Source: RFC 1321.
  package static func md5(_ data: UnsafeRawBufferPointer) -> ContentDigest {
    ContentDigest(data, length: 16, ccrypto_md5)
  }

  package static func md5(_ data: [UInt8]) -> ContentDigest {
    data.withUnsafeBytes { md5($0) }
  }

  private init(
    _ data: UnsafeRawBufferPointer, length: Int,
    _ digest: (UnsafeRawPointer?, Int, UnsafeMutablePointer<UInt8>) -> CInt
  ) {
    bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      // The buffer has `length` bytes, so that there is a first one.
      guard let start = buffer.baseAddress, digest(data.baseAddress, data.count, start) == 0 else {
        fatalError("libcrypto has no such digest")
      }
      count = length
    }
  }

  /// Lowercase hexadecimal digits, two a byte.
  package var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The bytes as whole numbers, most significant byte first.
  package var words: [UInt64] {
    bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 8).map {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
      }
    }
  }
}
