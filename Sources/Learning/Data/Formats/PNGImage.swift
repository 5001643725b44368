import Settings
import CPNG
import Files
import SystemPackage

/// A PNG file of 8-bit pixels, gray or colored, as they lie in the file.
package struct PNGImage {
  struct Header: Hashable, CustomStringConvertible {
    var height: Int
    var width: Int
    /// 1 for gray, 3 for colored images.
    var channels: Int

    /// `28x28x1`, as specs write it.
    var description: String { shapeText([height, width, channels]) }
  }

  let header: Header
  /// `[H, W]` or `[H, W, 3]`.
  let pixels: [UInt8]

  private static let magic: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  /// Of signature and IHDR.
  private static let headerSize = 33
  private static let largest = 1 << 28

  /// Reads a whole file.
  ///
  /// - Parameter check: Told the header, before the pixels are decoded.
  init(
    _ path: FilePath, check: (Header) throws(DatasetError) -> Void
  ) throws(DatasetError) {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(path, limit: Self.largest)
    } catch {
      throw DatasetError(error)
    }
    try check(Self.header(of: bytes, origin: "\(path)"))
    try self.init(bytes, origin: "\(path)")
  }

  /// - Parameter origin: The file's name in errors.
  /// - Throws: `DatasetError` if it is damaged, or holds what bytes of gray or RGB would lose:
  ///   transparency, or 16 bits a channel.
  package init(_ bytes: [UInt8], origin: String) throws(DatasetError) {
    let header = try Self.header(of: bytes, origin: origin)
    let plain = try Self.withoutColorSpace(bytes, origin: origin)
    var pixels = [UInt8](repeating: 0, count: header.height * header.width * header.channels)
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let isRead = plain.withUnsafeBytes { bytes in
      guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
        return false
      }
      image.format = png_uint_32(header.channels == 1 ? 0 : PNG_FORMAT_FLAG_COLOR)
      return png_image_finish_read(&image, nil, &pixels, 0, nil) != 0
    }
    // A warning says that something was left out.
    guard isRead, image.warning_or_error == 0 else {
      let words = withUnsafeBytes(of: image.message) { message in
        String(decoding: message.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw DatasetError(.malformed, "damaged PNG file: \(words)", origin: origin)
    }
    self.header = header
    self.pixels = pixels
  }

  /// Reads no more than the header of a file.
  static func header(_ path: FilePath) throws(DatasetError) -> Header {
    let start = try MappedFile.with(path) { Array($0.prefix(headerSize)) }
    return try header(of: start, origin: "\(path)")
  }

  private static func header(of bytes: [UInt8], origin: String) throws(DatasetError) -> Header {
    func fail(_ message: String) -> DatasetError {
      DatasetError(.malformed, message, origin: origin)
    }
    guard bytes.starts(with: magic) else {
      throw fail("is not a PNG file: it does not begin as one")
    }
    guard bytes.count >= headerSize, bytes[12..<16].elementsEqual("IHDR".utf8) else {
      throw DatasetError(.truncated, "truncated: its header is not whole", origin: origin)
    }
    let (width, height) = (number(bytes, 16), number(bytes, 20))
    let (depth, color) = (bytes[24], bytes[25])
    guard let count = elementCount(of: [width, height, 3]), count > 0, count <= largest else {
      throw fail("is said to be of \(shapeText([height, width])) pixels, which is not read")
    }
    guard depth <= 8 else { throw fail("has 16 bits a channel: save it with 8") }
    guard color & 4 == 0 else { throw fail("has an alpha channel: save it without transparency") }
    return Header(height: height, width: width, channels: color & 2 == 0 ? 1 : 3)
  }

  /// The file without what tells its color space, by which libpng would change pixels: other libraries
  /// hand them on as they are, and so do we.
  private static func withoutColorSpace(
    _ bytes: [UInt8], origin: String
  ) throws(DatasetError) -> [UInt8] {
    var (result, start) = (magic, magic.count)
    result.reserveCapacity(bytes.count)
    while start + 12 <= bytes.count {
      let end = start + 12 + number(bytes, start)
      guard end <= bytes.count else { break }
      switch String(decoding: bytes[start + 4..<start + 8], as: UTF8.self) {
      case "gAMA", "cHRM", "sRGB", "iCCP", "cICP": break
      case "tRNS":
        throw DatasetError(
          .malformed, "has transparent pixels: save it without transparency", origin: origin)
      default: result += bytes[start..<end]
      }
      start = end
    }
    return result + bytes[start...]
  }

  private static func number(_ bytes: [UInt8], _ place: Int) -> Int {
    bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
  }
}
