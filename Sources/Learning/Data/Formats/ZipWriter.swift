import CZlib

/// Writing of ZIP archives: members as they are, without compression, as `numpy.savez` writes them.
///
/// Equal contents make equal bytes: there are no times in it.
///
/// - Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
struct ZipWriter {
  /// Sizes and places of members are numbers of 32 bits, the largest of which means something else.
  static let largestSize = 0xFFFF_FFFE

  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// - Parameter capacity: Of the whole archive, in bytes.
  init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Adds a member.
  ///
  /// - Parameter name: ASCII, different from those before.
  mutating func add(_ name: String, _ content: [UInt8]) {
    let start = bytes.count
    precondition(start + content.count < Self.largestSize, "an archive of more than 4 GiB")
    var common: [UInt8] = []
    // Version 2.0, no flags, stored, midnight of 1980-01-01.
    for field in [20, 0, 0, 0, 0x21] { append(field, 2, to: &common) }
    append(Int(Inflate.checksum(of: content)), 4, to: &common)
    append(content.count, 4, to: &common)
    append(content.count, 4, to: &common)
    append(name.utf8.count, 2, to: &common)
    append(0, 2, to: &common)

    bytes += ZipArchive.magic + common
    bytes += name.utf8
    bytes += content

    directory += [0x50, 0x4B, 0x01, 0x02]
    append(20, 2, to: &directory)
    directory += common
    // No comment, the first disk, no attributes.
    for field in [0, 0, 0] { append(field, 2, to: &directory) }
    append(0, 4, to: &directory)
    append(start, 4, to: &directory)
    directory += name.utf8
    count += 1
  }

  /// The whole archive.
  consuming func finish() -> [UInt8] {
    let start = bytes.count
    var end: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    for field in [0, 0, count, count] { append(field, 2, to: &end) }
    append(directory.count, 4, to: &end)
    append(start, 4, to: &end)
    append(0, 2, to: &end)
    bytes += directory
    bytes += end
    return bytes
  }

  /// Appends a little-endian number.
  private func append(_ number: Int, _ size: Int, to bytes: inout [UInt8]) {
    for index in 0..<size { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
  }
}
