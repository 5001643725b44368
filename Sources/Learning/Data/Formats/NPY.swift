import Settings
import Files

/// NumPy's format of one array: `\x93NUMPY`, a version, a header that is a Python dictionary, the
/// elements.
///
/// Integers and floating-point numbers in little-endian C order are read; nothing else, and never
/// a pickle.
///
/// - Source: NumPy Enhancement Proposal 1, and `numpy.lib.format` for versions 2.0 and 3.0.
package enum NPY {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// NumPy's own limit is 10,000 characters.
  private static let longestHeader = 1 << 16

  /// An array's elements.
  package struct Element: Equatable, Sendable {
    enum Kind: UInt8 {
      case unsigned = 0x75
      case signed = 0x69
      case float = 0x66
    }

    var kind: Kind
    /// In bytes.
    var size: Int
  }

  /// What a file holds, as its header says.
  struct Header {
    var element: Element
    /// Never empty, nor with a zero.
    var shape: [Int]
    /// Where the elements begin.
    var size: Int
    /// Of the whole file, in bytes.
    var fileSize: Int
  }

  /// Reads a whole file.
  ///
  /// - Parameter origin: The file's name in errors.
  /// - Throws: `DatasetError` if it is damaged, or of a kind that is not read; it says how to save
  ///   the array instead.
  package static func array(of bytes: [UInt8], origin: String) throws(DatasetError) -> NPYArray {
    let header = try header(of: bytes, origin: origin)
    guard bytes.count == header.fileSize else {
      let isShort = bytes.count < header.fileSize
      throw DatasetError(
        isShort ? .truncated : .malformed,
        "\(isShort ? "truncated" : "too long"): \(header.fileSize) bytes expected for "
          + "\(shapeText(header.shape)) of \(header.element.size), \(bytes.count) found",
        origin: origin)
    }
    return NPYArray(
      element: header.element, shape: header.shape, elements: bytes[header.size...])
  }

  /// Reads the header at the start of a file.
  static func header(of bytes: [UInt8], origin: String) throws(DatasetError) -> Header {
    func fail(_ code: DatasetError.Code, _ message: String) -> DatasetError {
      DatasetError(code, message, origin: origin)
    }
    guard bytes.starts(with: magic) else {
      throw fail(.malformed, "is not an NPY file: it does not begin with \\x93NUMPY")
    }
    guard bytes.count >= 12 else { throw fail(.truncated, "truncated: its header is not whole") }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw fail(.malformed, "NPY version \(version).\(bytes[7]); 1.0 to 3.0 are read")
    }
    let lengthSize = version == 1 ? 2 : 4
    let length = bytes[8..<(8 + lengthSize)].reversed()
      .reduce(0) { $0 << 8 | Int($1) }
    guard length <= longestHeader else {
      throw fail(.malformed, "its header is said to have \(length) bytes")
    }
    let start = 8 + lengthSize
    guard length <= bytes.count - start else {
      throw fail(.truncated, "truncated: a header of \(length) bytes expected")
    }
    var parser = NPYHeader(bytes[start..<(start + length)])
    guard let header = parser.read() else {
      throw fail(.malformed, "its header is not one that NumPy writes")
    }
    let element = try element(header.description, origin)
    let shape = header.shape
    guard !header.isFortranOrder else {
      throw fail(
        .malformed,
        "Fortran order is not read: save `numpy.ascontiguousarray(x)`")
    }
    guard !shape.isEmpty else { throw fail(.malformed, "holds a single number, not an array") }
    // The element's size is one more dimension; the header is small against the limit.
    guard let size = elementCount(of: shape + [element.size]), size <= FileSystem.largestFile else {
      throw fail(.malformed, "no file is as large as its shape, \(shapeText(shape))")
    }
    guard size > 0 else {
      throw fail(.malformed, "holds nothing: its shape is \(shapeText(shape))")
    }
    return Header(
      element: element, shape: shape, size: start + length,
      fileSize: start + length + size)
  }

  /// The type that a header's `descr` names.
  private static func element(
    _ description: String?, _ origin: String
  ) throws(DatasetError) -> Element {
    func fail(_ message: String) -> DatasetError {
      DatasetError(.malformed, message, origin: origin)
    }
    guard let description else {
      throw fail(
        "a structured array is not read: save one array for the images, one for the labels")
    }
    let letters = Array(description.utf8)
    guard let order = letters.first, letters.count >= 2 else {
      throw fail("elements of type `\(description)` are not read")
    }
    if letters.contains(UInt8(ascii: "O")) {
      throw fail(
        "holds Python objects, which only running a pickle would read: save an array of numbers")
    }
    guard let kind = Element.Kind(rawValue: letters[1]),
      let size = Int(String(decoding: letters[2...], as: UTF8.self)),
      (kind == .float ? [4, 8] : [1, 2, 4, 8]).contains(size)
    else {
      throw fail(
        "elements of type `\(description)` are not read: save integers (`astype('uint8')`) or "
          + "floats (`astype('float32')`)")
    }
    guard size == 1 || order == UInt8(ascii: "<") else {
      throw fail(
        "elements of type `\(description)` are not read: save "
          + "`astype('<\(description.dropFirst())')`"
      )
    }
    return Element(kind: kind, size: size)
  }
}
