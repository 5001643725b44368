/// The checksum of event files: CRC-32C (Castagnoli).
///
/// - Source: RFC 3720, section 12.1 and appendix B.4.
package enum CRC32C {
  /// The polynomial 0x1EDC6F41, its bits in reverse.
  private static let polynomial: UInt32 = 0x82F6_3B78

  /// What each value of a byte comes to.
  private static let table: [UInt32] = (0..<256).map { (byte: UInt32) in
    (0..<8).reduce(byte) { value, _ in
      value & 1 == 0 ? value >> 1 : value >> 1 ^ polynomial
    }
  }

  package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let table = table
    var value = UInt32.max
    for byte in bytes { value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] }
    return ~value
  }

  /// The checksum as TFRecord files have it: rotated, with a constant added, so that checksums of data
  /// that hold checksums are good ones, too.
  ///
  /// - Source: TensorFlow, tensorflow/core/lib/hash/crc32c.h.
  package static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let value = checksum(bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
