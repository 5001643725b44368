import CZlib

/// Decompression by zlib, bounded while it goes on: a small file may promise gigabytes.
enum Inflate {
  /// What stands around the compressed data.
  enum Wrapping {
    /// gzip's header and checksum.
    case gzip
    /// Nothing, as with the members of a ZIP archive.
    case none

    /// For zlib: 16 more than the largest window is gzip, a negative window is no wrapping.
    fileprivate var windowBits: Int32 { self == .gzip ? 16 + MAX_WBITS : -MAX_WBITS }

    fileprivate var name: String { self == .gzip ? "gzip" : "deflate" }
  }

  private static let pieceSize = 1 << 18

  /// Decompresses a whole stream.
  ///
  /// - Parameters:
  ///   - limit: The most bytes that are accepted. It is asked after each piece with all bytes so
  ///     far, so that a header at their start can say it; no more than one byte beyond it is
  ///     produced, or one piece before it is first asked.
  ///   - origin: The file's name in errors.
  /// - Throws: `DatasetError`: truncated, or malformed (gzip's own checksum included).
  static func decompress(
    _ compressed: ArraySlice<UInt8>, _ wrapping: Wrapping, origin: String,
    limit: (_ bytes: [UInt8]) throws(DatasetError) -> Int
  ) throws(DatasetError) -> [UInt8] {
    var stream = z_stream()
    let status = inflateInit2_(
      &stream, wrapping.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib refuses to start: status \(status)")
    defer { inflateEnd(&stream) }

    var result: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: pieceSize)
    var consumed = 0
    var room = pieceSize
    while true {
      var produced = 0
      let status = compressed.withUnsafeBufferPointer { input in
        piece.withUnsafeMutableBufferPointer { output in
          let available = min(input.count - consumed, 1 << 30)
          // zlib never writes to its input; its C declaration lacks the `const`.
          stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
          stream.avail_in = UInt32(available)
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(room)
          let status = inflate(&stream, Z_NO_FLUSH)
          consumed += available - Int(stream.avail_in)
          produced = room - Int(stream.avail_out)
          return status
        }
      }
      switch status {
      case Z_OK, Z_STREAM_END: break
      case Z_BUF_ERROR:
        throw DatasetError(
          .truncated,
          "truncated: the \(wrapping.name) stream ends after \(compressed.count) bytes in the "
            + "middle of its data", origin: origin)
      default:
        let reason = stream.msg.map { String(cString: $0) } ?? "zlib status \(status)"
        throw DatasetError(
          .malformed, "damaged \(wrapping.name) data: \(reason)", origin: origin)
      }
      result.append(contentsOf: piece[..<produced])
      let limit = try limit(result)
      guard result.count <= limit else {
        throw DatasetError(
          .malformed, "holds more than the \(limit) bytes expected", origin: origin)
      }
      room = min(pieceSize, limit - result.count + 1)
      guard status == Z_STREAM_END else { continue }
      guard consumed == compressed.count else {
        throw DatasetError(
          .malformed,
          "\(compressed.count - consumed) bytes follow the end of the \(wrapping.name) stream",
          origin: origin)
      }
      return result
    }
  }

  /// The checksum that ZIP archives keep of their members.
  static func checksum(of bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count))
    }
  }
}
