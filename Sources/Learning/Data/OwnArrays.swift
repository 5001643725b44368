import Files
package import SystemPackage

/// Where a spec says that own data lie.
package enum OwnData: Hashable, Sendable {
  /// A folder of four IDX files, told apart by their names.
  case idx(FilePath)
  /// An NPZ file with Keras's names of arrays, or a folder of NPY files with these names.
  case arrays(FilePath)
  /// A file for each array: NPY, IDX, or NPZ with nothing else in it.
  case files(
    trainImages: FilePath, trainLabels: FilePath, testImages: FilePath, testLabels: FilePath)
}

/// The four arrays of own data, as they lie in files.
struct OwnArrays {
  /// As `keras.datasets` has them: training images and labels, test images and labels.
  static let kerasNames = ["x_train", "y_train", "x_test", "y_test"]

  /// One array.
  struct Item {
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
      guard let information = try OwnArrays.information(path) else {
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
  }

  /// Training images and labels, test images and labels.
  let all: [Item]

  private static let kinds: [IDX.Kind] = [.images, .labels, .images, .labels]

  init(_ data: OwnData) throws(DatasetError) {
    var items: [Item] = []
    switch data {
    case .idx(let folder):
      all = try Self.idx(in: folder)
      return
    case .files(let trainImages, let trainLabels, let testImages, let testLabels):
      let paths = [trainImages, trainLabels, testImages, testLabels]
      for (kind, path) in zip(Self.kinds, paths) { items.append(try Item(kind, path)) }
    case .arrays(let path):
      let information = try Self.information(path)
      for (kind, name) in zip(Self.kinds, Self.kerasNames) {
        if information?.isFolder == true {
          let file = path.appending("\(name).npy")
          guard try Self.information(file) != nil else {
            throw DatasetError(
              .incomplete, "there is no \(name).npy; it holds \(DatasetPlace.listing(of: path))",
              origin: "\(path)")
          }
          items.append(try Item(kind, file))
        } else {
          items.append(try Item(kind, path, member: name))
        }
      }
    }
    all = items
  }

  /// Finds each file by the words in its name: `train`, or `t10k` or `test`; `images` or `labels`.
  private static func idx(in folder: FilePath) throws(DatasetError) -> [Item] {
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
      try Item(.images, find(["train"], "images"), isIDX: true),
      try Item(.labels, find(["train"], "labels"), isIDX: true),
      try Item(.images, find(["t10k", "test"], "images"), isIDX: true),
      try Item(.labels, find(["t10k", "test"], "labels"), isIDX: true),
    ]
  }

  static func information(_ path: FilePath) throws(DatasetError) -> FileSystem.Information? {
    do {
      return try FileSystem.information(path)
    } catch {
      throw DatasetError(error)
    }
  }
}

extension OwnArrays.Item {
  /// The array as an IDX file.
  ///
  /// - Parameter check: Told the dimensions, where that is possible before the rest is read.
  func read(
    _ check: ([Int]) throws(DatasetError) -> Void = { _ in }
  ) throws(DatasetError) -> [UInt8] {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(path)
    } catch {
      throw DatasetError(error)
    }
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
      let archive = try ZipArchive(bytes, origin: "\(path)")
      guard let name = member ?? (archive.arrays.count == 1 ? archive.arrays[0] : nil) else {
        throw DatasetError(
          .malformed,
          "one array expected, \(archive.arrays.count) found: "
            + archive.arrays.prefix(8).map(printable).joined(separator: ", "), origin: origin)
      }
      return try archive.array(name, origin: origin).idx(kind, origin: origin)
    }
    return bytes
  }
}
