internal import Digest

/// A file of sections that shows who made it and that it is as it was written: the SHA-256 of what
/// follows, in 32 bytes; then sections, each after its length in 8 little-endian bytes, the first being
/// the maker. What interrupted workers leave is kept in such files.
package struct SealedFile {
  /// Why a file cannot be used.
  package enum Problem: Error, Hashable, Sendable {
    /// It is not what was written.
    case damaged
    /// Another program made it, or other kernels.
    case foreign
  }

  private static let sealSize = 32
  private var bytes: [UInt8]

  /// - Parameters:
  ///   - maker: Says what the contents depend on beside the stage's key; a file is used where it is the
  ///     same.
  ///   - capacity: In bytes, of all sections together.
  package init(by maker: String, capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(Self.sealSize + 8 + maker.utf8.count + 1024 + capacity)
    bytes += repeatElement(0, count: Self.sealSize)
    add(Array(maker.utf8))
  }

  package mutating func add(_ section: [UInt8]) { section.withUnsafeBytes { add($0) } }

  package mutating func add(_ section: UnsafeRawBufferPointer) {
    bytes += LittleEndian.bytes([UInt64(section.count)])
    bytes += section
  }

  /// The file, with its seal.
  package consuming func finish() -> [UInt8] {
    let seal = Self.seal(of: bytes)
    bytes.replaceSubrange(..<Self.sealSize, with: seal)
    return bytes
  }

  /// - Returns: The sections, without the maker.
  package static func sections(
    of bytes: [UInt8], by maker: String
  ) throws(Problem) -> [ArraySlice<UInt8>] {
    guard bytes.count > sealSize, seal(of: bytes) == Array(bytes[..<sealSize]) else {
      throw .damaged
    }
    var rest = bytes[sealSize...]
    var sections: [ArraySlice<UInt8>] = []
    while !rest.isEmpty {
      let length = LittleEndian.words(rest.prefix(8), UInt64.self).first ?? .max
      rest = rest.dropFirst(8)
      guard length <= UInt64(rest.count) else { throw .damaged }
      sections.append(rest.prefix(Int(length)))
      rest = rest.dropFirst(Int(length))
    }
    guard let found = sections.first else { throw .damaged }
    guard found.elementsEqual(maker.utf8) else { throw .foreign }
    return Array(sections.dropFirst())
  }

  private static func seal(of bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { bytes in
      ContentDigest.sha256(UnsafeRawBufferPointer(rebasing: bytes[sealSize...])).bytes
    }
  }
}

/// Numbers as little-endian bytes.
enum LittleEndian {
  static func bytes(_ words: [some FixedWidthInteger]) -> [UInt8] {
    words.map(\.littleEndian).withUnsafeBytes { Array($0) }
  }

  /// Whole words; of bytes that are none, nothing.
  static func words<Word: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, _: Word.Type) -> [Word] {
    let size = MemoryLayout<Word>.size
    guard bytes.count % size == 0 else { return [] }
    return bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: size).map {
        Word(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Word.self))
      }
    }
  }
}
