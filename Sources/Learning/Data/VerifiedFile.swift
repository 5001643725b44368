import Crypto
import Files
import SystemPackage

/// Checking a file against its published digest, once: what was found right is noted in the cache
/// by the file's numbers, size and time of change, so that later runs need not read it again.
enum VerifiedFile {
  /// Whether a note says that this very file holds `digest`.
  static func isNoted(
    _ file: FileSystem.Information, _ digest: String, in locations: DatasetLocations
  ) -> Bool {
    guard let note = note(for: file, in: locations),
      let text = try? FileSystem.readText(note)
    else { return false }
    return text == self.text(file, digest)
  }

  /// The digest that was noted of this very file, if one was.
  static func noted(_ file: FileSystem.Information, in locations: DatasetLocations) -> String? {
    guard let note = note(for: file, in: locations), let text = try? FileSystem.readText(note),
      let digest = text.split(whereSeparator: \.isWhitespace).last.map(String.init)
    else { return nil }
    return text == self.text(file, digest) ? digest : nil
  }

  /// Notes that the file holds `digest`.
  static func remember(
    _ file: FileSystem.Information, _ digest: String, in locations: DatasetLocations
  ) {
    guard let note = note(for: file, in: locations) else { return }
    // Without a cache to write to, the next run checks again; nothing else is lost.
    try? FileSystem.createFolders(note.removingLastComponent())
    try? AtomicFile.write(text(file, digest), to: note)
  }

  /// Checks decompressed bytes: their form first, so that a truncated file is called truncated,
  /// then their digest.
  static func check(
    _ bytes: UnsafeRawBufferPointer, _ file: PublishedDataset.File, origin: String
  ) throws(DatasetError) {
    let dimensions = try IDX.dimensions(
      of: bytes, rank: file.dimensions.count, origin: origin)
    guard dimensions == file.dimensions else {
      func shape(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: "x") }
      throw DatasetError(
        .wrongDigest,
        "not the published file: shape \(shape(file.dimensions)) expected, "
          + "\(shape(dimensions)) found", origin: origin)
    }
    if case .content(let sha256) = file.digest {
      try check(hexadecimal(SHA256.hash(data: bytes)), sha256, origin)
    }
  }

  /// Checks a compressed file's own digest.
  static func checkCompressed(
    _ bytes: [UInt8], _ sha256: String, origin: String
  ) throws(DatasetError) {
    try check(hexadecimal(SHA256.hash(data: bytes)), sha256, origin)
  }

  private static func check(
    _ found: String, _ sha256: String, _ origin: String
  ) throws(DatasetError) {
    guard found == sha256 else {
      throw DatasetError(
        .wrongDigest, "not the published file: SHA-256 \(sha256) expected, \(found) found",
        origin: origin)
    }
  }

  private static func note(
    for file: FileSystem.Information, in locations: DatasetLocations
  ) -> FilePath? {
    locations.cacheFolder?.appending("verified").appending("\(file.device)-\(file.inode)")
  }

  private static func text(_ file: FileSystem.Information, _ digest: String) -> String {
    "\(file.size) \(file.modified) \(digest)\n"
  }
}

/// Lowercase hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.reduce(into: "") { text, byte in
    if byte < 16 { text += "0" }
    text += String(byte, radix: 16)
  }
}
