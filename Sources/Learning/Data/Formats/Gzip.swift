import Files

/// Decompression of gzip files.
package enum Gzip {
  /// The first two bytes of every gzip file.
  package static let magic: [UInt8] = [0x1f, 0x8b]

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
    try Inflate.decompress(compressed[...], .gzip, origin: origin) { _ in limit }
  }

  /// Decompresses a gzip'd IDX file: never more than one byte beyond what its header promises.
  ///
  /// - Parameters:
  ///   - check: Told the dimensions as soon as the header is there; what it throws ends the work.
  ///   - produced: Told how many bytes there are, after each piece.
  /// - Throws: `DatasetError`: as above, or because of the IDX header.
  package static func decompressIDX(
    _ compressed: [UInt8], _ kind: IDX.Kind, origin: String,
    check: (_ dimensions: [Int]) throws(DatasetError) -> Void = { _ in },
    produced: (Int) -> Void = { _ in }
  ) throws(DatasetError) -> [UInt8] {
    var size: Int?
    return try Inflate.decompress(compressed[...], .gzip, origin: origin) {
      bytes throws(DatasetError) in
      produced(bytes.count)
      if let size { return size }
      let header = try IDX.header(of: bytes, kind, origin: origin)
      guard header.size <= FileSystem.largestFile else {
        throw DatasetError(
          .malformed, "its header promises \(header.size) bytes, more than are read",
          origin: origin)
      }
      try check(header.dimensions)
      size = header.size
      return header.size
    }
  }

  /// The dimensions of a gzip'd IDX file, from its beginning.
  static func idxDimensions(
    _ compressed: [UInt8], _ kind: IDX.Kind, origin: String
  ) throws(DatasetError) -> [Int] {
    var found: [Int]?
    do throws(DatasetError) {
      let bytes = try decompressIDX(compressed, kind, origin: origin) {
        dimensions throws(DatasetError) in
        found = dimensions
        throw DatasetError(.truncated, "its header is enough", origin: origin)
      }
      return try IDX.header(of: bytes, kind, origin: origin).dimensions
    } catch {
      if let found { return found }
      throw error
    }
  }
}
