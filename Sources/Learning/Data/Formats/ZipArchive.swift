/// Reading of ZIP archives: enough of the format for the NPZ files that NumPy writes.
///
/// - Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
package struct ZipArchive: Sendable {
  static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
  private static let mostMembers = 1024

  private struct Member: Sendable {
    var isCompressed: Bool
    var checksum: UInt32
    var compressedSize: Int
    var size: Int
    var headerStart: Int
  }

  private let bytes: [UInt8]
  private let origin: String
  private var members: [String: Member] = [:]

  /// The members' names, sorted.
  var names: [String] { members.keys.sorted() }

  /// Reads the archive's directory.
  ///
  /// - Parameter origin: The archive's name in errors.
  /// - Throws: `DatasetError` if it is damaged, or of a kind that NumPy does not write.
  package init(_ bytes: [UInt8], origin: String) throws(DatasetError) {
    self.bytes = bytes
    self.origin = origin
    let end = try endOfDirectory()
    let count = number(at: end + 10, 2)
    let size = number(at: end + 12, 4)
    let start = number(at: end + 16, 4)
    guard count <= Self.mostMembers, size < 0xFFFF_FFFF, start < 0xFFFF_FFFF else {
      throw fail("is of a kind that is not read: more than \(Self.mostMembers) members or 4 GiB")
    }
    guard start + size <= end else { throw damaged("its directory does not lie in it") }
    var position = start
    for _ in 0..<count {
      guard position + 46 <= end, number(at: position, 4) == 0x0201_4B50 else {
        throw damaged("its directory has fewer than \(count) members")
      }
      let nameLength = number(at: position + 28, 2)
      let length = 46 + nameLength + number(at: position + 30, 2) + number(at: position + 32, 2)
      guard position + length <= end else { throw damaged("a name runs out of its directory") }
      let nameStart = position + 46
      let name = String(decoding: bytes[nameStart..<(nameStart + nameLength)], as: UTF8.self)
      let shown = printable(name)
      let (flags, method) = (number(at: position + 8, 2), number(at: position + 10, 2))
      guard flags & 1 == 0, method == 0 || method == 8 else {
        throw fail("\(shown) is encrypted, or compressed by a method that NumPy does not use")
      }
      let member = Member(
        isCompressed: method == 8,
        checksum: UInt32(truncatingIfNeeded: number(at: position + 16, 4)),
        compressedSize: number(at: position + 20, 4), size: number(at: position + 24, 4),
        headerStart: number(at: position + 42, 4))
      guard max(member.compressedSize, member.size, member.headerStart) < 0xFFFF_FFFF else {
        throw fail("\(shown) has more than 4 GiB, which is not read")
      }
      guard members.updateValue(member, forKey: name) == nil else {
        throw damaged("it holds \(shown) twice")
      }
      position += length
    }
  }

  /// A member's content.
  ///
  /// - Parameter limit: As in `Inflate`; the size that the archive says is a limit, too.
  /// - Returns: `nil` where there is no such member.
  /// - Throws: `DatasetError` where its size or its checksum is not what the archive says.
  func content(
    of name: String, limit: (_ bytes: [UInt8]) throws(DatasetError) -> Int
  ) throws(DatasetError) -> [UInt8]? {
    guard let member = members[name] else { return nil }
    let header = member.headerStart
    guard header + 30 <= bytes.count, number(at: header, 4) == 0x0403_4B50 else {
      throw damaged("\(name) is not where its directory says")
    }
    let start = header + 30 + number(at: header + 26, 2) + number(at: header + 28, 2)
    guard member.compressedSize <= bytes.count - start else {
      throw DatasetError(.truncated, "truncated: \(name) is not whole", origin: origin)
    }
    let stored = bytes[start..<(start + member.compressedSize)]
    let content =
      member.isCompressed
      ? try Inflate.decompress(stored, .none, origin: "\(origin): \(name)") {
        bytes throws(DatasetError) in min(member.size, try limit(bytes))
      }
      : Array(stored)
    guard content.count == member.size else {
      throw damaged("\(name) has \(content.count) bytes, \(member.size) expected")
    }
    guard Inflate.checksum(of: content) == member.checksum else {
      throw damaged("the checksum of \(name) is wrong")
    }
    return content
  }

  /// Where the record at the archive's end begins; a comment may follow it.
  private func endOfDirectory() throws(DatasetError) -> Int {
    let last = bytes.count - 22
    guard last >= 0 else {
      throw DatasetError(.truncated, "truncated: no ZIP archive is so short", origin: origin)
    }
    for position in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
    where number(at: position, 4) == 0x0605_4B50 && number(at: position + 20, 2) == last - position
    {
      return position
    }
    throw DatasetError(
      .truncated, "truncated or damaged: a ZIP archive without its directory", origin: origin)
  }

  /// A little-endian number.
  private func number(at position: Int, _ size: Int) -> Int {
    (0..<size).reversed().reduce(0) { $0 << 8 | Int(bytes[position + $1]) }
  }

  private func fail(_ message: String) -> DatasetError {
    DatasetError(.malformed, message, origin: origin)
  }

  private func damaged(_ message: String) -> DatasetError {
    fail("damaged ZIP archive: \(message)")
  }
}
