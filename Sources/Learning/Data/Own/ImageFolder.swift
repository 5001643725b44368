internal import Settings
import Digest
import Files
import SystemPackage

/// A folder with a folder of PNG files for each class, as `torchvision.datasets.ImageFolder` and
/// `keras.utils.image_dataset_from_directory` read it.
///
/// The classes are the names of the folders below `train/`, sorted. Examples come one of each class in
/// turn, by file name: the first N hold all classes alike.
struct ImageFolder: OwnFormat, Sendable {
  /// One image file.
  private struct File {
    var path: FilePath
    var label: UInt8
    var information: FileSystem.Information
  }

  private let folder: FilePath
  /// In the order of the examples.
  private let files: [File]
  private let information: FileSystem.Information

  /// Finds both parts.
  static func find(_ place: OwnData) throws(DatasetError) -> FoundOwnData {
    let folder = place.path
    let names = try classes(in: folder.appending("train"))
    guard names.count <= 256 else {
      throw DatasetError(
        .malformed, "\(names.count) folders of classes found, at most 256 are read",
        origin: "\(folder.appending("train"))")
    }
    var arrays: [any OwnArray] = []
    for part in ["train", "test"] {
      let images = try ImageFolder(folder.appending(part), classes: names)
      arrays += [Images(folder: images), Labels(folder: images)] as [any OwnArray]
    }
    return FoundOwnData(
      arrays: arrays,
      classes: ClassNames(
        names: names.map(printable), what: "folders of classes",
        origin: "\(folder.appending("train"))"))
  }

  /// The names of the folders in a folder, sorted.
  private static func classes(in folder: FilePath) throws(DatasetError) -> [String] {
    let names = try list(folder)
    for name in names where try information(folder.appending(name))?.isFolder != true {
      throw DatasetError(
        .malformed, "is not a folder: one folder of PNG files for each class expected",
        origin: "\(folder.appending(name))")
    }
    guard !names.isEmpty else {
      throw DatasetError(
        .incomplete, "holds no folders: one folder of PNG files for each class expected",
        origin: "\(folder)")
    }
    return names
  }

  private init(_ folder: FilePath, classes: [String]) throws(DatasetError) {
    let found = try Self.classes(in: folder)
    if let other = found.first(where: { !classes.contains($0) }) {
      throw DatasetError(
        .malformed,
        "is not a class of `train/`, which has "
          + classes.prefix(8).map { "`\(printable($0))`" }.joined(separator: ", ")
          + (classes.count > 8 ? " and \(classes.count - 8) more" : ""),
        origin: "\(folder.appending(other))")
    }
    var byClass: [[File]] = []
    for name in found {
      let label = classes.firstIndex(of: name) ?? 0
      byClass.append(try Self.files(in: folder.appending(name), label: UInt8(label)))
    }
    self.folder = folder
    let most = byClass.map(\.count).max() ?? 0
    files = (0..<most).flatMap { place in
      byClass.compactMap { $0.indices.contains(place) ? $0[place] : nil }
    }
    guard let information = try Self.information(folder) else {
      throw DatasetError(missing: "folder", folder)
    }
    self.information = information
  }

  private static func files(in folder: FilePath, label: UInt8) throws(DatasetError) -> [File] {
    var files: [File] = []
    for name in try list(folder) {
      let path = folder.appending(name)
      guard let information = try information(path), !information.isFolder,
        path.extension?.lowercased() == "png"
      else {
        throw DatasetError(
          .malformed, "is not a PNG file: the folder of a class holds nothing else",
          origin: "\(path)")
      }
      files.append(File(path: path, label: label, information: information))
    }
    guard !files.isEmpty else {
      throw DatasetError(.incomplete, "holds no PNG file", origin: "\(folder)")
    }
    return files
  }

  private static func list(_ folder: FilePath) throws(DatasetError) -> [String] {
    guard try information(folder)?.isFolder == true else {
      throw DatasetError(missing: "folder", folder)
    }
    do {
      return try FileSystem.list(folder).filter { !$0.hasPrefix(".") }
    } catch {
      throw DatasetError(error)
    }
  }

  private static func information(
    _ path: FilePath
  ) throws(DatasetError) -> FileSystem.Information? { try OwnFile.information(path) }

  /// What changes with any of the files.
  private var fingerprint: String {
    let lines = files.map { file in
      "\(file.path) \(file.information.inode) \(file.information.size) \(file.information.modified)\n"
    }
    return ContentDigest.sha256(Array(lines.joined().utf8)).hex
  }
}

extension ImageFolder {
  /// `[N]`: from the names of the folders alone.
  private struct Labels: OwnArray {
    let folder: ImageFolder
    let kind = IDX.Kind.labels
    var origin: String { "\(folder.folder)" }

    func dimensions() -> [Int] { [folder.files.count] }

    func read(
      _ check: ([Int]) throws(DatasetError) -> Void
    ) throws(DatasetError) -> [UInt8] {
      try check(dimensions())
      return IDX.header(dimensions()) + folder.files.map(\.label)
    }

    // Read in no time.
    func noted(in locations: DatasetLocations) -> [String]? { nil }
    func remember(_ words: [String], in locations: DatasetLocations) {}
  }

  /// `[N, H, W]` of gray images, `[N, H, W, 3]` of others.
  private struct Images: OwnArray {
    let folder: ImageFolder
    let kind = IDX.Kind.images
    var origin: String { "\(folder.folder)" }

    func dimensions() throws(DatasetError) -> [Int] { try shape(PNGImage.header(first.path)) }

    private var first: File { folder.files[0] }

    private func shape(_ header: PNGImage.Header) -> [Int] {
      [folder.files.count, header.height, header.width] + (header.channels == 1 ? [] : [3])
    }

    func read(
      _ check: ([Int]) throws(DatasetError) -> Void
    ) throws(DatasetError) -> [UInt8] {
      let header = try PNGImage.header(first.path)
      let dimensions = shape(header)
      try check(dimensions)
      guard let count = elementCount(of: dimensions), count <= FileSystem.largestFile else {
        throw DatasetError(
          .malformed, "\(shapeText(dimensions)) bytes of images are more than are read",
          origin: origin)
      }
      var bytes = IDX.header(dimensions)
      bytes.reserveCapacity(bytes.count + count)
      for file in folder.files {
        let image = try PNGImage(file.path) { found throws(DatasetError) in
          guard found == header else {
            throw DatasetError(
              .malformed,
              "is an image of \(found), but \(first.path) is one of \(header): all images must "
                + "have the same shape",
              origin: "\(file.path)")
          }
        }
        bytes += image.pixels
      }
      return bytes
    }

    func noted(in locations: DatasetLocations) -> [String]? {
      let words = VerifiedFile.noted(folder.information, member: "png", in: locations)
      guard let words, words.last == folder.fingerprint else { return nil }
      return words.dropLast()
    }

    func remember(_ words: [String], in locations: DatasetLocations) {
      VerifiedFile.remember(
        folder.information, member: "png", words + [folder.fingerprint], in: locations)
    }
  }
}
