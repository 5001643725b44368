import Files
import SystemPackage

/// An array of own data in a file: NPY, IDX plain or with gzip, or in an NPZ archive.
struct OwnFile: OwnArray {
  var kind: IDX.Kind
  var path: FilePath
  /// Its name in an NPZ file.
  var member: String?
  /// Whether it is an IDX file, whatever its first bytes say.
  var isIDX = false
  var information: FileSystem.Information

  init(
    _ kind: IDX.Kind, _ path: FilePath, member: String? = nil, isIDX: Bool = false
  ) throws(DatasetError) {
    self.kind = kind
    self.path = path
    self.member = member
    self.isIDX = isIDX
    guard let information = try Self.information(path) else {
      throw DatasetError(missing: "file", path)
    }
    guard !information.isFolder else {
      throw DatasetError(.incomplete, "is a folder, not a file", origin: "\(path)")
    }
    self.information = information
  }

  /// Its name in errors.
  var origin: String { "\(path)" + (member.map { ": \($0)" } ?? "") }
  /// Names its notes in the cache.
  var noteName: String { member ?? (kind == .labels ? "labels" : "images") }

  static func information(_ path: FilePath) throws(DatasetError) -> FileSystem.Information? {
    do {
      return try FileSystem.information(path)
    } catch {
      throw DatasetError(error)
    }
  }
}

extension OwnFile {
  func noted(in locations: DatasetLocations) -> [String]? {
    VerifiedFile.noted(information, member: noteName, in: locations)
  }

  func remember(_ words: [String], in locations: DatasetLocations) {
    VerifiedFile.remember(information, member: noteName, words, in: locations)
  }

  private func contents() throws(DatasetError) -> [UInt8] {
    do {
      return try FileSystem.read(path)
    } catch {
      throw DatasetError(error)
    }
  }

  func read(
    _ check: ([Int]) throws(DatasetError) -> Void
  ) throws(DatasetError) -> [UInt8] {
    let bytes = try contents()
    if isIDX ? path.extension == "gz" : bytes.starts(with: Gzip.magic) {
      return try Gzip.decompressIDX(bytes, kind, origin: origin, check: check)
    }
    if !isIDX, member == nil, bytes.starts(with: NPY.magic) {
      return try NPY.array(of: bytes, origin: origin).idx(kind, origin: origin)
    }
    if member != nil, !bytes.starts(with: ZipArchive.magic) {
      throw DatasetError(
        .malformed, "is not an NPZ file: it does not begin as a ZIP archive", origin: "\(path)")
    }
    if !isIDX, bytes.starts(with: ZipArchive.magic) {
      let archive = try archive(bytes)
      return try archive.array(try name(in: archive), origin: origin).idx(kind, origin: origin)
    }
    return bytes
  }

  private func archive(_ bytes: [UInt8]) throws(DatasetError) -> ZipArchive {
    try ZipArchive(bytes, origin: "\(path)")
  }

  /// The name of the array in an NPZ file.
  private func name(in archive: ZipArchive) throws(DatasetError) -> String {
    guard let name = member ?? (archive.arrays.count == 1 ? archive.arrays[0] : nil) else {
      throw DatasetError(
        .malformed,
        "one array expected, \(archive.arrays.count) found: "
          + archive.arrays.prefix(8).map(printable).joined(separator: ", "), origin: origin)
    }
    return name
  }

  func dimensions() throws(DatasetError) -> [Int] {
    // Longer than any header.
    let start = try MappedFile.with(path) { Array($0.prefix(1 << 17)) }
    if isIDX ? path.extension == "gz" : start.starts(with: Gzip.magic) {
      return try Gzip.idxDimensions(start, kind, origin: origin)
    }
    if !isIDX, start.starts(with: ZipArchive.magic) {
      let archive = try archive(try contents())
      return try archive.header(of: try name(in: archive), origin: origin).shape
    }
    if !isIDX, start.starts(with: NPY.magic) {
      return try NPY.header(of: start, origin: origin).shape
    }
    return try IDX.header(of: start, kind, origin: origin).dimensions
  }
}
