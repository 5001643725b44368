import Settings
import Digest
import Files
import SystemPackage

/// Checking a file against its published digest, once: what was found right is noted in the cache
/// by the file's numbers, size and time of change, so that later runs need not read it again.
enum VerifiedFile {
  /// Whether a note says that this very file holds `digest`.
  static func isNoted(
    _ file: FileSystem.Information, _ digest: String, in locations: DatasetLocations
  ) -> Bool {
    noted(file, in: locations) == [digest]
  }

  /// Notes that the file holds `digest`.
  static func remember(
    _ file: FileSystem.Information, _ digest: String, in locations: DatasetLocations
  ) {
    remember(file, [digest], in: locations)
  }

  /// The words that were noted of this very file, or of one of its members; `nil` for none.
  static func noted(
    _ file: FileSystem.Information, member: String? = nil, in locations: DatasetLocations
  ) -> [String]? {
    guard let note = note(for: file, member, in: locations),
      let text = try? FileSystem.readText(note, limit: 1 << 16)
    else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.prefix(2) == ["\(file.size)", "\(file.modified)"] else { return nil }
    return Array(words.dropFirst(2))
  }

  /// Notes words of this very file, or of one of its members.
  static func remember(
    _ file: FileSystem.Information, member: String? = nil, _ words: [String],
    in locations: DatasetLocations
  ) {
    guard let note = note(for: file, member, in: locations) else { return }
    let text = (["\(file.size)", "\(file.modified)"] + words).joined(separator: " ") + "\n"
    // Without a cache to write to, the next run checks again; nothing else is lost.
    try? FileSystem.createFolders(note.removingLastComponent())
    try? AtomicFile.write(text, to: note)
  }

  /// Checks decompressed bytes: their form first, so that a truncated file is called truncated,
  /// then their digest, where one is known.
  ///
  /// - Parameter isPublished: Whether the compressed file was found right, which is enough.
  static func check(
    _ bytes: UnsafeRawBufferPointer, _ file: PublishedDataset.File, isPublished: Bool = false,
    origin: String
  ) throws(DatasetError) {
    let dimensions = try IDX.dimensions(
      of: bytes, rank: file.dimensions.count, origin: origin)
    guard dimensions == file.dimensions else {
      throw DatasetError(
        .wrongDigest,
        "not the published file: shape \(shapeText(file.dimensions)) expected, "
          + "\(shapeText(dimensions)) found", origin: origin)
    }
    if isPublished { return }
    if case .content(let sha256) = file.digest {
      try compare("SHA-256", ContentDigest.sha256(bytes).hex, sha256, origin)
    } else if let md5 = file.md5 {
      try compare("MD5", ContentDigest.md5(bytes).hex, md5, origin)
    }
  }

  /// Checks a compressed file's own digest.
  static func checkCompressed(
    _ bytes: [UInt8], _ sha256: String, origin: String
  ) throws(DatasetError) {
    try compare("SHA-256", ContentDigest.sha256(bytes).hex, sha256, origin)
  }

  /// Checks a file of which an MD5 is published.
  static func checkMD5(
    _ bytes: ArraySlice<UInt8>, _ md5: String, origin: String
  ) throws(DatasetError) {
    let digest = bytes.withUnsafeBytes { ContentDigest.md5($0) }
    try compare("MD5", digest.hex, md5, origin)
  }

  private static func compare(
    _ kind: String, _ found: String, _ expected: String, _ origin: String
  ) throws(DatasetError) {
    guard found == expected else {
      throw DatasetError(
        .wrongDigest, "not the published file: \(kind) \(expected) expected, \(found) found",
        origin: origin)
    }
  }

  /// - Parameter member: Part of the note's name; letters, digits and `_`.
  private static func note(
    for file: FileSystem.Information, _ member: String? = nil, in locations: DatasetLocations
  ) -> FilePath? {
    locations.cacheFolder?.appending("verified")
      .appending("\(file.device)-\(file.inode)" + (member.map { "-\($0)" } ?? ""))
  }
}
