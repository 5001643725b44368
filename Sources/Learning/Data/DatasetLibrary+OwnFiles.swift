import Crypto
import Files
import SystemPackage

/// Four IDX files of the user's, as they lie in a folder.
private struct OwnFiles {
  struct File {
    var path: FilePath
    var information: FileSystem.Information
    var isCompressed: Bool { path.extension == "gz" }
  }

  var trainImages: File
  var trainLabels: File
  var testImages: File
  var testLabels: File

  var all: [File] { [trainImages, trainLabels, testImages, testLabels] }

  /// Finds each file by the words in its name: `train`, or `t10k` or `test`; `images` or `labels`.
  init(in folder: FilePath) throws(DatasetError) {
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
    func find(_ split: [String], _ kind: String) throws(DatasetError) -> File {
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
              + found.sorted().joined(separator: ", "), origin: "\(folder)")
      }
      let path = folder.appending(name)
      do {
        guard let information = try FileSystem.information(path), !information.isFolder else {
          throw DatasetError(.incomplete, "is not a file", origin: "\(path)")
        }
        return File(path: path, information: information)
      } catch let error as DatasetError {
        throw error
      } catch let error as FileError {
        throw DatasetError(error)
      } catch {
        throw DatasetError(.file, "\(error)", origin: "\(path)")
      }
    }
    trainImages = try find(["train"], "images")
    trainLabels = try find(["train"], "labels")
    testImages = try find(["t10k", "test"], "images")
    testLabels = try find(["t10k", "test"], "labels")
  }
}

extension DatasetLibrary {
  /// What names the content of own files; reads them where that was not done before.
  func ownDigest(_ folder: FilePath) throws(DatasetError) -> String {
    var digests: [String] = []
    for file in try OwnFiles(in: folder).all { digests.append(try digest(of: file)) }
    return "sha256:" + digests.joined(separator: "+")
  }

  /// How many examples own files hold, by the lengths of the labels' files.
  func ownCounts(_ folder: FilePath) -> (train: Int, test: Int)? {
    guard let files = try? OwnFiles(in: folder),
      let train = try? contentSize(of: files.trainLabels),
      let test = try? contentSize(of: files.testLabels)
    else { return nil }
    let header = IDX.headerSize(rank: 1)
    return (max(train - header, 0), max(test - header, 0))
  }

  private func contentSize(of file: OwnFiles.File) throws -> Int {
    file.isCompressed ? Gzip.size(of: try FileSystem.read(file.path)) : file.information.size
  }

  /// A folder of the cache that holds own files checked, decompressed and channels first: what the
  /// user does with them later does not disturb a run.
  func prepareOwn(
    _ folder: FilePath, _ format: ImageFormat, in cache: DatasetCache
  ) throws(DatasetError) -> (path: FilePath, isTemporary: Bool, digest: String) {
    let files = try OwnFiles(in: folder)
    var contents: [[UInt8]?] = []
    var digests: [String] = []
    for file in files.all {
      if let digest = VerifiedFile.noted(file.information, in: locations) {
        contents.append(nil)
        digests.append(digest)
      } else {
        cache.progress(.decompressing("\(file.path)"))
        let bytes = try read(file)
        contents.append(bytes)
        digests.append(note(bytes, of: file))
      }
    }
    let digest = "sha256:" + digests.joined(separator: "+")
    let name =
      "idx-" + hexadecimal(SHA256.hash(data: Array("\(digest) \(format)".utf8))).prefix(16)
    func bytes(_ index: Int) throws(DatasetError) -> [UInt8] {
      if let bytes = contents[index] { bytes } else { try read(files.all[index]) }
    }
    // A whole folder has all its names; what stood in it was checked when it was written.
    let found = [
      [DatasetFileName.trainImages, DatasetFileName.testImages],
      [DatasetFileName.trainColourImages, DatasetFileName.testColourImages],
    ].lazy.compactMap { images -> FilePath? in
      guard let folder = locations.datasets?.appending(name) else { return nil }
      let names = images + [DatasetFileName.trainLabels, DatasetFileName.testLabels]
      return names.allSatisfy {
        ((try? FileSystem.information(folder.appending($0))) ?? nil) != nil
      }
        ? folder : nil
    }.first
    if let found { return (found, false, digest) }
    let train = try images(bytes(0), format, files.trainImages.path)
    let test = try images(bytes(2), format, files.testImages.path)
    let trainLabels = try labels(bytes(1), format, files.trainLabels.path)
    let testLabels = try labels(bytes(3), format, files.testLabels.path)
    let produced = [
      DatasetCache.File(
        name: train.isColour ? DatasetFileName.trainColourImages : DatasetFileName.trainImages,
        bytes: train.bytes),
      DatasetCache.File(name: DatasetFileName.trainLabels, bytes: trainLabels),
      DatasetCache.File(
        name: test.isColour ? DatasetFileName.testColourImages : DatasetFileName.testImages,
        bytes: test.bytes),
      DatasetCache.File(name: DatasetFileName.testLabels, bytes: testLabels),
    ]
    let sizes = Dictionary(uniqueKeysWithValues: produced.map { ($0.name, $0.bytes.count) })
    let folder = try cache.folder(name, sizes: sizes) { produced }
    return (folder.path, folder.isTemporary, digest)
  }

  private func digest(of file: OwnFiles.File) throws(DatasetError) -> String {
    if let digest = VerifiedFile.noted(file.information, in: locations) { return digest }
    return note(try read(file), of: file)
  }

  private func note(_ bytes: [UInt8], of file: OwnFiles.File) -> String {
    let digest = hexadecimal(SHA256.hash(data: bytes))
    VerifiedFile.remember(file.information, digest, in: locations)
    return digest
  }

  private func read(_ file: OwnFiles.File) throws(DatasetError) -> [UInt8] {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(file.path)
    } catch {
      throw DatasetError(error)
    }
    guard file.isCompressed else { return bytes }
    return try Gzip.decompress(bytes, limit: Gzip.size(of: bytes), origin: "\(file.path)")
  }

  /// Labels, which must be classes.
  private func labels(
    _ bytes: [UInt8], _ format: ImageFormat, _ path: FilePath
  ) throws(DatasetError) -> [UInt8] {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(DatasetError) in
        try IDX.dimensions(of: buffer, rank: 1, origin: "\(path)")
      }
    }
    _ = try result.get()
    let values = bytes.dropFirst(IDX.headerSize(rank: 1))
    guard let place = values.firstIndex(where: { $0 >= format.classes }) else { return bytes }
    throw DatasetError(
      .malformed,
      "a label in 0...\(format.classes - 1) expected, as the spec's `num_classes` is "
        + "\(format.classes), \(bytes[place]) found at example \(place - values.startIndex)",
      origin: "\(path)")
  }

  /// Images `[N, H, W]`, `[N, H, W, C]` or `[N, C, H, W]`, which `format` tells apart, channels
  /// first; where both of the latter fit, channels are last.
  private func images(
    _ bytes: [UInt8], _ format: ImageFormat, _ path: FilePath
  ) throws(DatasetError) -> (bytes: [UInt8], isColour: Bool) {
    let shape: [Int]
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(DatasetError) in try IDX.imageDimensions(of: buffer, origin: "\(path)") }
    }
    shape = try result.get()
    let extents = [format.height, format.width]
    if shape.count == 3, Array(shape[1...]) == extents, format.channels == 1 {
      return (bytes, false)
    }
    if shape.count == 4, Array(shape[1...]) == extents + [format.channels] {
      let header = IDX.headerSize(rank: 4)
      let (area, channels) = (format.height * format.width, format.channels)
      var result = IDX.header([shape[0], channels] + extents)
      result.reserveCapacity(bytes.count)
      for n in 0..<shape[0] {
        let start = header + n * area * channels
        for c in 0..<channels {
          for i in 0..<area { result.append(bytes[start + i * channels + c]) }
        }
      }
      return (result, true)
    }
    if shape.count == 4, Array(shape[1...]) == [format.channels] + extents { return (bytes, true) }
    throw DatasetError(
      .malformed,
      "images of \(shape.dropFirst().map(String.init).joined(separator: "x")) found, but the "
        + "spec's `input_shape` is \(format)", origin: "\(path)")
  }
}
