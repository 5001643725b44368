/// Reading of tar archives: enough of the format to find regular files by name.
///
/// - Source: IEEE Std 1003.1-2017, `pax`, section "ustar Interchange Format".
package enum TarArchive {
  private static let block = 512

  /// The regular files of an archive by their names without folders.
  ///
  /// - Parameter origin: The archive's name in errors.
  package static func members(
    of bytes: [UInt8], origin: String
  ) throws(DatasetError) -> [String: ArraySlice<UInt8>] {
    var members: [String: ArraySlice<UInt8>] = [:]
    var position = 0
    // Two blocks of zeros end an archive; some writers leave them out.
    while position + block <= bytes.count, bytes[position] != 0 {
      let header = bytes[position..<position + block]
      let digits = text(header.dropFirst(124).prefix(12)).trimmedDigits
      guard let size = Int(digits, radix: 8), size >= 0 else {
        throw DatasetError(
          .malformed, "damaged tar archive: no size at byte \(position + 124)", origin: origin)
      }
      let start = position + block
      guard size <= bytes.count - start else {
        throw DatasetError(
          .truncated,
          "truncated: a member of \(size) bytes expected at byte \(start), "
            + "\(bytes.count - start) found", origin: origin)
      }
      let kind = header[header.startIndex + 156]
      if kind == UInt8(ascii: "0") || kind == 0 {
        let name = text(header.prefix(100)).split(separator: "/").last.map(String.init) ?? ""
        members[name] = bytes[start..<start + size]
      }
      position = start + (size + block - 1) / block * block
    }
    return members
  }

  /// A field's text, which a zero ends.
  private static func text(_ field: some Sequence<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension String {
  fileprivate var trimmedDigits: String { filter { $0.isASCII && $0.isNumber } }
}
