import Settings
/// The IDX format of MNIST: a magic number (element type and number of dimensions), the
/// dimensions as 32-bit numbers, the elements; numbers are big-endian.
///
/// - Source: LeCun, Cortes, Burges, "The MNIST database", file formats.
package enum IDX {
  /// The length of a header, in bytes.
  package static func headerSize(rank: Int) -> Int { 4 + 4 * rank }

  /// The header of a file of unsigned bytes.
  package static func header(_ dimensions: [Int]) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, 8, UInt8(dimensions.count)]
    for dimension in dimensions {
      let number = UInt32(dimension)
      bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
    return bytes
  }

  /// What a file holds, by the number of its dimensions.
  package enum Kind: Sendable {
    /// `[N]`.
    case labels
    /// `[N, H, W]`, or with another dimension for colors.
    case images

    fileprivate func rank(_ magic: Int?) -> Int {
      switch self {
      case .labels: 1
      case .images: magic == 0x0804 ? 4 : 3
      }
    }
  }

  /// Reads the dimensions of a file of images, `[N, H, W]` or with another dimension for colors.
  package static func imageDimensions(
    of bytes: UnsafeRawBufferPointer, origin: String
  ) throws(DatasetError) -> [Int] {
    let magic = bytes.count >= 4 ? number(in: bytes, at: 0) : nil
    return try dimensions(of: bytes, rank: Kind.images.rank(magic), origin: origin)
  }

  /// Reads the dimensions of a file of unsigned bytes and checks its length against them.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - rank: The number of dimensions it must have.
  ///   - origin: The file's name in errors.
  package static func dimensions(
    of bytes: UnsafeRawBufferPointer, rank: Int, origin: String
  ) throws(DatasetError) -> [Int] {
    let (dimensions, size) = try header(of: bytes, rank: rank, origin: origin)
    func fail(_ code: DatasetError.Code, _ message: String) -> DatasetError {
      DatasetError(
        code,
        "\(message): \(size) bytes expected for \(shapeText(dimensions)), "
          + "\(bytes.count) found", origin: origin)
    }
    guard bytes.count >= size else { throw fail(.truncated, "truncated") }
    guard bytes.count == size else { throw fail(.malformed, "too long") }
    return dimensions
  }

  /// Reads the header at the start of a file.
  ///
  /// - Returns: The dimensions, and the size that the whole file must have.
  /// - Throws: `DatasetError` if there is none, or it says what no file can hold.
  static func header(
    of bytes: [UInt8], _ kind: Kind, origin: String
  ) throws(DatasetError) -> (dimensions: [Int], size: Int) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(DatasetError) in
        let magic = bytes.count >= 4 ? number(in: bytes, at: 0) : nil
        return try header(of: bytes, rank: kind.rank(magic), origin: origin)
      }
    }
    return try result.get()
  }

  private static func header(
    of bytes: UnsafeRawBufferPointer, rank: Int, origin: String
  ) throws(DatasetError) -> (dimensions: [Int], size: Int) {
    func fail(_ code: DatasetError.Code, _ message: String) -> DatasetError {
      DatasetError(code, message, origin: origin)
    }
    if bytes.starts(with: Gzip.magic) {
      throw fail(.malformed, "is gzip-compressed, but its name does not end in .gz")
    }
    let header = headerSize(rank: rank)
    let magic = 0x0800 + rank
    if bytes.count >= 4, number(in: bytes, at: 0) != magic {
      throw fail(
        .malformed,
        "wrong magic number: \(hexadecimal(magic)) expected (unsigned bytes, \(rank) dimension"
          + "\(rank == 1 ? "" : "s")), \(hexadecimal(number(in: bytes, at: 0))) found")
    }
    guard bytes.count >= header else {
      throw fail(
        .truncated, "truncated: an IDX header of \(header) bytes expected, \(bytes.count) found")
    }
    let dimensions = (1...rank).map { number(in: bytes, at: 4 * $0) }
    guard let elements = elementCount(of: dimensions), elements < .max - header else {
      throw fail(.malformed, "no file is as large as its shape, \(shapeText(dimensions))")
    }
    guard elements > 0 else {
      throw fail(.malformed, "holds nothing: its shape is \(shapeText(dimensions))")
    }
    return (dimensions, header + elements)
  }

  private static func number(in bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
    (0..<4).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
  }

  private static func hexadecimal(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: max(8 - digits.count, 0)) + digits
  }
}

/// The number of elements of a shape; `nil` where it is larger than any memory.
func elementCount(of dimensions: [Int]) -> Int? {
  var elements = 1
  for dimension in dimensions {
    let product = elements.multipliedReportingOverflow(by: dimension)
    if product.overflow { return nil }
    elements = product.partialValue
  }
  return elements
}
