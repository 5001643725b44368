internal import Settings
import Files
import SystemPackage

/// CIFAR-10: in the folders of the user or of other programs, in the cache, or downloaded into it.
struct ArchiveSource: DataSource {
  let archive: PublishedArchive
  let library: DatasetLibrary
  private var locations: DatasetLocations { library.locations }

  init(_ archive: PublishedArchive, _ library: DatasetLibrary) {
    self.archive = archive
    self.library = library
  }

  var format: ImageFormat? { archive.format }

  func classNames(_ request: DataRequest) -> [String]? { archive.classNames }

  func digest(_ request: DataRequest) -> String { archive.digest }

  func facts(
    _ request: DataRequest, in cache: DatasetCache
  ) throws(DatasetError) -> DatasetFacts {
    if request.folder != nil {
      _ = try library.search(
        archive.folders, named: request.folder, lookedFor: archive.lookedFor
      ) { place throws(DatasetError) in try locate(in: place) }
    }
    return DatasetFacts(
      digest: archive.digest,
      classes: classes(in: cache.find(archive.cacheFolder, sizes: archive.sizes)))
  }

  func counts(_ request: DataRequest) -> (train: Int, test: Int)? {
    (archive.trainCount, archive.testCount)
  }

  func place(_ request: DataRequest, in cache: DatasetCache) -> DatasetStatus.Place {
    library.place(
      archive.folders, lookedFor: archive.lookedFor, mirrors: archive.mirrors,
      cached: cache.find(archive.cacheFolder, sizes: archive.sizes)
    ) { place throws(DatasetError) in try locate(in: place)?.path }
  }

  /// The folder: from what the user or another program has, else the cache's, else
  /// downloaded into it.
  func prepare(
    _ request: DataRequest, in cache: DatasetCache
  ) throws(DatasetError) -> PreparedFolder {
    let (found, trail) = try library.search(
      archive.folders, named: request.folder, lookedFor: archive.lookedFor,
      warn: { cache.progress(.warning($0)) }
    ) { place throws(DatasetError) -> PreparedFolder? in
      switch try locate(in: place) {
      case nil: return nil
      case .binary(let path, let information):
        return try use(path, information, archive.sha256, in: cache) {
          bytes throws(DatasetError) in try archive.unpack(bytes, origin: "\(path)")
        }
      case .pickled(let path, let information):
        return try use(path, information, archive.pickled.sha256, in: cache) {
          bytes throws(DatasetError) in try archive.unpackPickled(bytes, origin: "\(path)")
        }
      case .batches(let folder, let batches):
        return try use(folder, batches, in: cache)
      }
    }
    if let found { return found }
    let absence = cache.absence(archive.cacheFolder)
    let made = try cache.folder(archive.cacheFolder, sizes: archive.sizes) {
      () throws(DatasetError) in try download(after: trail + [absence], cache.progress)
    }
    return PreparedFolder(
      path: made.path, isTemporary: made.isTemporary, digest: archive.digest)
  }

  private func download(
    after trail: [String], _ progress: @escaping (DatasetEvent) -> Void
  ) throws(DatasetError) -> [DatasetCache.File] {
    var trail = trail
    for mirror in archive.mirrors {
      let url = "\(mirror)/\(archive.file)"
      progress(.downloading(url: url, bytes: 0))
      do throws(DatasetError) {
        let bytes = try library.downloader.fetch(url, sizeLimit: archive.sizeLimit) {
          progress(.downloading(url: url, bytes: $0))
        }
        try VerifiedFile.checkCompressed(bytes, archive.sha256, origin: url)
        return try archive.unpack(bytes, origin: url)
      } catch {
        trail.append(error.description)
      }
    }
    throw DatasetError(unavailable: .cifar10, trail, lookedFor: archive.lookedFor)
  }

  /// What lies in a place, not checked; some batches without the others are an error.
  ///
  /// - Returns: `nil` where nothing of the dataset is there.
  private func locate(in place: DatasetPlace) throws(DatasetError) -> ArchiveData? {
    let pickled = archive.pickled
    var failure: DatasetError?
    do throws(FileError) {
      let folders = ["", DatasetName.cifar10.rawValue].map {
        place.folder.pushing(FilePath($0))
      }
      for folder in folders {
        let path = folder.appending(archive.file)
        if let information = try FileSystem.information(path) { return .binary(path, information) }
      }
      for folder in folders {
        for name in (place.isOwn ? [""] : []) + pickled.folders {
          let folder = folder.pushing(FilePath(name))
          let (batches, missing) = try batches(in: folder)
          if missing.isEmpty { return .batches(folder, batches) }
          if let first = batches.first, failure == nil {
            failure = DatasetError(
              .incomplete,
              "\(first.member.name) is there, but \(missing.joined(separator: ", ")) is missing",
              origin: "\(folder)")
          }
        }
      }
      for folder in folders {
        for name in pickled.files {
          let path = folder.appending(name)
          if let information = try FileSystem.information(path) {
            return .pickled(path, information)
          }
        }
      }
    } catch {
      throw DatasetError(error)
    }
    if let failure { throw failure }
    return nil
  }

  private func batches(
    in folder: FilePath
  ) throws(FileError) -> (batches: [ArchiveData.Batch], missing: [String]) {
    var (batches, missing): ([ArchiveData.Batch], [String]) = ([], [])
    for member in archive.pickled.trainMembers + archive.pickled.testMembers {
      let path = folder.appending(member.name)
      if let information = try FileSystem.information(path) {
        batches.append(ArchiveData.Batch(member: member, path: path, information: information))
      } else {
        missing.append(member.name)
      }
    }
    return (batches, missing)
  }

  /// An archive, checked and unpacked into the cache.
  private func use(
    _ path: FilePath, _ information: FileSystem.Information, _ sha256: String,
    in cache: DatasetCache, unpack: ([UInt8]) throws(DatasetError) -> [DatasetCache.File]
  ) throws(DatasetError) -> PreparedFolder {
    if VerifiedFile.isNoted(information, sha256, in: locations),
      let folder = cache.find(archive.cacheFolder, sizes: archive.sizes)
    {
      return PreparedFolder(path: folder, isTemporary: false, digest: archive.digest)
    }
    cache.progress(.decompressing("\(path)"))
    let bytes = try read(path)
    try VerifiedFile.checkCompressed(bytes, sha256, origin: "\(path)")
    let files = try unpack(bytes)
    VerifiedFile.remember(information, sha256, in: locations)
    let made = try cache.folder(archive.cacheFolder, sizes: archive.sizes) { files }
    return PreparedFolder(
      path: made.path, isTemporary: made.isTemporary, digest: archive.digest)
  }

  /// Batches, checked and copied into the cache.
  private func use(
    _ folder: FilePath, _ batches: [ArchiveData.Batch], in cache: DatasetCache
  ) throws(DatasetError) -> PreparedFolder {
    if batches.allSatisfy({ VerifiedFile.isNoted($0.information, $0.note, in: locations) }),
      let found = cache.find(archive.cacheFolder, sizes: archive.sizes)
    {
      return PreparedFolder(path: found, isTemporary: false, digest: archive.digest)
    }
    cache.progress(.reading("\(folder)"))
    let byName = Dictionary(uniqueKeysWithValues: batches.map { ($0.member.name, $0) })
    let files = try archive.idx(
      from: archive.pickled.trainMembers.map(\.name),
      archive.pickled.testMembers.map(\.name), "\(folder)"
    ) { name throws(DatasetError) in
      guard let batch = byName[name] else {
        preconditionFailure("a batch that was not looked for")
      }
      let bytes = try read(batch.path)
      try VerifiedFile.checkMD5(bytes[...], batch.member.md5, origin: "\(batch.path)")
      let content = try archive.pickledBatch(bytes[...], origin: "\(batch.path)")
      VerifiedFile.remember(batch.information, batch.note, in: locations)
      return content
    }
    let made = try cache.folder(archive.cacheFolder, sizes: archive.sizes) { files }
    return PreparedFolder(
      path: made.path, isTemporary: made.isTemporary, digest: archive.digest)
  }

  private func read(_ path: FilePath) throws(DatasetError) -> [UInt8] {
    do {
      return try FileSystem.read(path, limit: archive.sizeLimit)
    } catch {
      throw DatasetError(error)
    }
  }
}
