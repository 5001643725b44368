import Files
import SystemPackage

/// CIFAR-10's binary version: one gzip'd tar archive of records.
///
/// A record is a label's byte and the image `[C, H, W]`, 0...255.
///
/// - Source: Krizhevsky 2009, "Learning multiple layers of features from tiny images"; digest from
///   TensorFlow Datasets.
package struct PublishedArchive: Sendable {
  /// The archive's name.
  package var file: String
  /// Of the archive, in lowercase hexadecimal.
  package var sha256: String
  /// At most so long, compressed and not, in bytes.
  package var sizeLimit: Int
  package var trainMembers: [String]
  package var testMembers: [String]
  /// Records of each member.
  package var records: Int
  /// Folders that hold the archive.
  package var mirrors: [String]

  package init(
    file: String, sha256: String, sizeLimit: Int, trainMembers: [String], testMembers: [String],
    records: Int, mirrors: [String]
  ) {
    self.file = file
    self.sha256 = sha256
    self.sizeLimit = sizeLimit
    self.trainMembers = trainMembers
    self.testMembers = testMembers
    self.records = records
    self.mirrors = mirrors
  }

  package static let cifar10 = PublishedArchive(
    file: "cifar-10-binary.tar.gz",
    sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    sizeLimit: 200_000_000, trainMembers: (1...5).map { "data_batch_\($0).bin" },
    testMembers: ["test_batch.bin"], records: 10_000,
    mirrors: ["https://www.cs.toronto.edu/~kriz"])

  package var digest: String { "sha256:" + sha256 }
  package var trainCount: Int { trainMembers.count * records }
  package var testCount: Int { testMembers.count * records }

  private static let side = 32
  private static let channels = 3
  private static var imageSize: Int { channels * side * side }

  var cacheFolder: String { "\(KnownDataset.cifar10.rawValue)-\(sha256.prefix(16))" }

  /// The sizes of the files that the archive is turned into, by name.
  var sizes: [String: Int] {
    func images(_ count: Int) -> Int { IDX.headerSize(rank: 4) + count * Self.imageSize }
    func labels(_ count: Int) -> Int { IDX.headerSize(rank: 1) + count }
    return [
      DatasetFileName.trainColourImages: images(trainCount),
      DatasetFileName.trainLabels: labels(trainCount),
      DatasetFileName.testColourImages: images(testCount),
      DatasetFileName.testLabels: labels(testCount),
    ]
  }

  /// Turns the checked archive into IDX files.
  func unpack(_ archive: [UInt8], origin: String) throws(DatasetError) -> [DatasetCache.File] {
    let members = try TarArchive.members(
      of: Gzip.decompress(archive, limit: sizeLimit, origin: origin), origin: origin)
    return try files(
      trainMembers, DatasetFileName.trainColourImages, DatasetFileName.trainLabels, members, origin)
      + files(
        testMembers, DatasetFileName.testColourImages, DatasetFileName.testLabels, members, origin)
  }

  private func files(
    _ names: [String], _ imageName: String, _ labelName: String,
    _ members: [String: ArraySlice<UInt8>], _ origin: String
  ) throws(DatasetError) -> [DatasetCache.File] {
    let count = names.count * records
    var images = IDX.header([count, Self.channels, Self.side, Self.side])
    var labels = IDX.header([count])
    images.reserveCapacity(images.count + count * Self.imageSize)
    for name in names {
      guard let member = members[name] else {
        throw DatasetError(.malformed, "the archive holds no \(name)", origin: origin)
      }
      let recordSize = 1 + Self.imageSize
      guard member.count == records * recordSize else {
        throw DatasetError(
          .malformed,
          "\(name): \(records * recordSize) bytes expected, \(member.count) found",
          origin: origin)
      }
      for start in stride(from: member.startIndex, to: member.endIndex, by: recordSize) {
        labels.append(member[start])
        images.append(contentsOf: member[start + 1..<start + recordSize])
      }
    }
    return [
      DatasetCache.File(name: imageName, bytes: images),
      DatasetCache.File(name: labelName, bytes: labels),
    ]
  }
}

extension DatasetLibrary {
  /// CIFAR-10's folder: from the user's archive, else the cache's, else downloaded into it.
  func prepareArchive(
    from folder: FilePath?, in cache: DatasetCache
  ) throws(DatasetError) -> (path: FilePath, isTemporary: Bool) {
    let archive = cifar10
    var trail: [String] = []
    switch try userArchive(in: folder) {
    case .absent(let reason):
      if folder != nil { throw DatasetError(.incomplete, reason, origin: "dataset.path") }
      trail.append(reason)
    case .file(let path, let information):
      if VerifiedFile.isNoted(information, archive.sha256, in: locations),
        let folder = cache.find(archive.cacheFolder, sizes: archive.sizes)
      {
        return (folder, false)
      }
      cache.progress(.decompressing("\(path)"))
      let bytes: [UInt8]
      do {
        bytes = try FileSystem.read(path)
      } catch {
        throw DatasetError(error)
      }
      try VerifiedFile.checkCompressed(bytes, archive.sha256, origin: "\(path)")
      let files = try archive.unpack(bytes, origin: "\(path)")
      VerifiedFile.remember(information, archive.sha256, in: locations)
      return try cache.folder(archive.cacheFolder, sizes: archive.sizes) { files }
    }
    trail.append(missingInCache(archive.cacheFolder))
    return try cache.folder(archive.cacheFolder, sizes: archive.sizes) {
      () throws(DatasetError) in
      for mirror in archive.mirrors {
        let url = "\(mirror)/\(archive.file)"
        cache.progress(.downloading(url: url, bytes: 0))
        do throws(DatasetError) {
          let bytes = try downloader.fetch(url, sizeLimit: archive.sizeLimit) {
            cache.progress(.downloading(url: url, bytes: $0))
          }
          try VerifiedFile.checkCompressed(bytes, archive.sha256, origin: url)
          return try archive.unpack(bytes, origin: url)
        } catch {
          trail.append(error.description)
        }
      }
      throw unavailable(.cifar10, trail)
    }
  }

  enum UserArchive {
    /// It is not there; why.
    case absent(String)
    case file(FilePath, FileSystem.Information)
  }

  /// The user's own copy of the archive.
  func userArchive(in folder: FilePath?) throws(DatasetError) -> UserArchive {
    guard let folder = folder ?? locations.dataFolder(of: .cifar10) else {
      return .absent("$NSL_DATA_DIR: not set")
    }
    let path = folder.appending(cifar10.file)
    do {
      guard let information = try FileSystem.information(path) else {
        return .absent("\(folder) holds no \(cifar10.file)")
      }
      return .file(path, information)
    } catch {
      throw DatasetError(error)
    }
  }
}
