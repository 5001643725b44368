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
      throw DatasetError(.incomplete, "there is no such file", origin: "\(path)")
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
  /// As `keras.datasets` has them: training images and labels, test images and labels.
  static let kerasNames = ["x_train", "y_train", "x_test", "y_test"]

  /// Keras's names, in an NPZ file or in a folder of NPY files.
  static func numPy(at path: FilePath) throws(DatasetError) -> [any OwnArray] {
    let isFolder = try information(path)?.isFolder == true
    var files: [any OwnArray] = []
    for (kind, name) in zip([IDX.Kind.images, .labels, .images, .labels], kerasNames) {
      guard isFolder else {
        files.append(try OwnFile(kind, path, member: name))
        continue
      }
      let file = path.appending("\(name).npy")
      guard try information(file) != nil else {
        throw DatasetError(
          .incomplete, "there is no \(name).npy; it holds \(DatasetPlace.listing(of: path))",
          origin: "\(path)")
      }
      files.append(try OwnFile(kind, file))
    }
    return files
  }

  /// Finds each file by the words in its name: `train`, or `t10k` or `test`; `images` or `labels`.
  static func idx(in folder: FilePath) throws(DatasetError) -> [any OwnArray] {
    let names: [String]
    do {
      guard try FileSystem.information(folder)?.isFolder == true else {
        throw DatasetError(.incomplete, "there is no such folder", origin: "\(folder)")
      }
      names = try FileSystem.list(folder).filter { !$0.hasPrefix(".") }
    } catch let error as DatasetError {
      throw error
    } catch let error as FileError {
      throw DatasetError(error)
    } catch {
      throw DatasetError(.file, "\(error)", origin: "\(folder)")
    }
    func find(_ split: [String], _ kind: String) throws(DatasetError) -> FilePath {
      let found = names.filter { name in
        let name = name.lowercased()
        return name.contains(kind) && split.contains { name.contains($0) }
      }
      guard let name = found.first, found.count == 1 else {
        let words = "\(split.map { "`\($0)`" }.joined(separator: " or ")) and `\(kind)`"
        throw DatasetError(
          .incomplete,
          found.isEmpty
            ? "no file has \(words) in its name"
            : "several files have \(words) in their names: "
              + found.sorted().map(printable).joined(separator: ", "), origin: "\(folder)")
      }
      return folder.appending(name)
    }
    return [
      try OwnFile(.images, find(["train"], "images"), isIDX: true),
      try OwnFile(.labels, find(["train"], "labels"), isIDX: true),
      try OwnFile(.images, find(["t10k", "test"], "images"), isIDX: true),
      try OwnFile(.labels, find(["t10k", "test"], "labels"), isIDX: true),
    ]
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
