import CZlib

/// Decompression of gzip files, by zlib.
package enum Gzip {
  /// The first two bytes of every gzip file.
  package static let magic: [UInt8] = [0x1f, 0x8b]

  /// The size of the content, below 4 GiB, as a gzip file says it at its end.
  static func size(of compressed: [UInt8]) -> Int {
    compressed.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Decompresses a whole gzip file.
  ///
  /// - Parameters:
  ///   - compressed: The file's bytes.
  ///   - limit: The most bytes that are accepted; a file that holds more is an error and uses no
  ///     more memory than this.
  ///   - origin: The file's name in errors.
  /// - Throws: `DatasetError`: truncated, or malformed (its own checksum included).
  package static func decompress(
    _ compressed: [UInt8], limit: Int, origin: String
  ) throws(DatasetError) -> [UInt8] {
    var stream = z_stream()
    // 16 more than the largest window: gzip's header and checksum, not zlib's.
    let status = inflateInit2_(
      &stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib refuses to start: status \(status)")
    defer { inflateEnd(&stream) }

    var result: [UInt8] = []
    result.reserveCapacity(limit)
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var consumed = 0
    while true {
      var produced = 0
      let status = compressed.withUnsafeBufferPointer { input in
        chunk.withUnsafeMutableBufferPointer { output in
          let available = min(input.count - consumed, 1 << 30)
          // zlib never writes to its input; its C declaration lacks the `const`.
          stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
          stream.avail_in = UInt32(available)
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          let status = inflate(&stream, Z_NO_FLUSH)
          consumed += available - Int(stream.avail_in)
          produced = output.count - Int(stream.avail_out)
          return status
        }
      }
      guard result.count + produced <= limit else {
        throw DatasetError(
          .malformed, "holds more than the \(limit) bytes expected", origin: origin)
      }
      result.append(contentsOf: chunk[..<produced])
      switch status {
      case Z_OK: continue
      case Z_STREAM_END where consumed == compressed.count: return result
      case Z_STREAM_END:
        throw DatasetError(
          .malformed, "\(compressed.count - consumed) bytes follow the end of the gzip stream",
          origin: origin)
      case Z_BUF_ERROR:
        throw DatasetError(
          .truncated,
          "truncated: the gzip stream ends after \(compressed.count) bytes in the middle of its data",
          origin: origin)
      default:
        let reason = stream.msg.map { String(cString: $0) } ?? "zlib status \(status)"
        throw DatasetError(.malformed, "damaged gzip data: \(reason)", origin: origin)
      }
    }
  }
}
