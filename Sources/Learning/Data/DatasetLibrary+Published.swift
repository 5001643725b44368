import Digest
import Files
import SystemPackage

/// The user's own copy of one published file.
struct PublishedSource {
  var file: PublishedDataset.File
  var path: FilePath
  var information: FileSystem.Information
  var isCompressed: Bool

  /// Whether something published says what it must hold.
  var isVerifiable: Bool { isCompressed || file.isVerifiable }

  /// What is noted of it once it is found right.
  var note: String {
    if case .content(let sha256) = file.digest { return sha256 }
    return isCompressed ? "gzip:\(file.digest.sha256)" : "md5:\(file.md5 ?? "")"
  }
}

/// A published data set as it lies somewhere.
enum PublishedData {
  /// The files, in the data set's order, in a folder.
  case files(FilePath, [PublishedSource])
  /// Keras's one file.
  case npz(FilePath, FileSystem.Information)

  var path: FilePath {
    switch self {
    case .files(let folder, _): folder
    case .npz(let path, _): path
    }
  }
}

extension PublishedDataset {
  /// The files' sizes by name.
  var sizes: [String: Int] {
    Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.size) })
  }

  /// The folder in the cache, named by content.
  func cacheFolder(_ digest: String) -> String {
    let digests = digest.drop { $0 != ":" }.dropFirst().split(separator: "+")
    return "\(name.rawValue)-" + digests.map { $0.prefix(8) }.joined(separator: "-")
  }

  /// What is looked for, in words.
  ///
  /// - Parameter isOwn: Whether in the folder that a spec names for this data set.
  func lookedFor(isOwn: Bool) -> String {
    let example = files.first?.name ?? ""
    let dotted = example.replacing("-idx", with: ".idx")
    let folders = DatasetPlace(folder: "", owner: "", isOwn: isOwn, isBinding: false)
      .subfolders(of: name).dropLast().map { $0.isEmpty ? "the folder itself" : "\($0)/" }
    return "\(example) or \(dotted), with or without .gz, and its three companions in "
      + folders.dropLast().joined(separator: ", ") + " or " + (folders.last ?? "")
      + (npz.map { "; \($0)" } ?? "")
  }
}

extension DatasetLibrary {
  typealias Prepared = (path: FilePath, isTemporary: Bool, digest: String)

  /// The folder of a published data set: the user's or another program's, else the cache's, else
  /// downloaded into it.
  ///
  /// - Parameter folder: Named in the spec: the files must be there.
  func prepare(
    _ dataset: PublishedDataset, from folder: FilePath?, in cache: DatasetCache
  ) throws(DatasetError) -> Prepared {
    let (found, trail) = try search(
      dataset.name, named: folder, lookedFor: dataset.lookedFor(isOwn: folder != nil),
      warn: { cache.progress(.warning($0)) }
    ) { place throws(DatasetError) -> Prepared? in
      switch try locate(dataset, in: place) {
      case nil: return nil
      case .files(let folder, let sources):
        return try use(dataset, folder, sources, in: cache)
      case .npz(let path, let information):
        return try use(dataset, npz: path, information, in: cache)
      }
    }
    if let found { return found }
    let name = dataset.cacheFolder(dataset.digest)
    let downloaded = try cache.folder(name, sizes: dataset.sizes) { () throws(DatasetError) in
      try download(dataset, after: trail + [missingInCache(name)], cache.progress)
    }
    return (downloaded.path, downloaded.isTemporary, dataset.digest)
  }

  /// Why a folder was not found in the cache.
  func missingInCache(_ name: String) -> String {
    locations.datasets.map { "\($0.appending(name)): not in the cache" }
      ?? "no cache: neither NSL_CACHE_DIR nor HOME is set"
  }

  /// What names the content: for files that nothing published can be held against, their own
  /// digests, so that they are never taken for the published ones.
  func digest(
    of dataset: PublishedDataset, from folder: FilePath?
  ) throws(DatasetError) -> String {
    if dataset.files.allSatisfy(\.isVerifiable) { return dataset.digest }
    let lookedFor = dataset.lookedFor(isOwn: folder != nil)
    let found = try search(dataset.name, named: folder, lookedFor: lookedFor) {
      place throws(DatasetError) in try locate(dataset, in: place)
    }.found
    guard case .files(_, let sources)? = found else { return dataset.digest }
    return try digest(of: sources)
  }

  private func digest(of sources: [PublishedSource]) throws(DatasetError) -> String {
    var digests: [String] = []
    for source in sources {
      if source.isVerifiable {
        digests.append(source.file.digest.sha256)
      } else if let words = VerifiedFile.noted(source.information, in: locations),
        words.count == 1, let digest = words.first, digest.hasPrefix("sha256:")
      {
        digests.append(String(digest.dropFirst("sha256:".count)))
      } else {
        let digest = try withMap(source.path) { ContentDigest.sha256($0).hex }
        VerifiedFile.remember(source.information, "sha256:\(digest)", in: locations)
        digests.append(digest)
      }
    }
    return "sha256:" + digests.joined(separator: "+")
  }

  /// Gives the bytes of a file, mapped as long as `body` works on them.
  private func withMap<Result>(
    _ path: FilePath, _ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Result
  ) throws(DatasetError) -> Result {
    let file: MappedFile
    do {
      file = try MappedFile(path)
    } catch {
      throw DatasetError(error)
    }
    defer { withExtendedLifetime(file) {} }
    return try body(file.bytes)
  }

  // MARK: What lies there

  /// What lies in a place, not checked; some files without the others are an error.
  ///
  /// - Returns: `nil` where nothing of the data set is there.
  func locate(
    _ dataset: PublishedDataset, in place: DatasetPlace
  ) throws(DatasetError) -> PublishedData? {
    var failure: DatasetError?
    do throws(FileError) {
      if dataset.npz != nil, place.isOwn, place.folder.extension == "npz",
        let information = try FileSystem.information(place.folder), !information.isFolder
      {
        return .npz(place.folder, information)
      }
      for subfolder in place.subfolders(of: dataset.name) {
        let folder = place.folder.pushing(FilePath(subfolder))
        guard try FileSystem.information(folder)?.isFolder == true else { continue }
        let sources = try sources(of: dataset, in: folder)
        if sources.count == dataset.files.count { return .files(folder, sources) }
        if let first = sources.first, failure == nil {
          let missing = dataset.files.map(\.name).filter { name in
            !sources.contains { $0.file.name == name }
          }
          failure = DatasetError(
            .incomplete,
            "\(first.path.lastComponent?.string ?? "") is there, but "
              + "\(missing.joined(separator: ", ")) is missing, with or without .gz",
            origin: "\(folder)")
        }
      }
      for subfolder in place.isOwn ? [""] : ["", dataset.name.rawValue] {
        guard let npz = dataset.npz else { break }
        let path = place.folder.pushing(FilePath(subfolder)).appending(npz)
        if let information = try FileSystem.information(path) { return .npz(path, information) }
      }
    } catch {
      throw DatasetError(error)
    }
    if let failure { throw failure }
    return nil
  }

  /// The files of a data set in a folder, under any of the names that unpackers give them.
  ///
  /// A decompressed file comes first where it can be checked: it can be used where it lies.
  private func sources(
    of dataset: PublishedDataset, in folder: FilePath
  ) throws(FileError) -> [PublishedSource] {
    var sources: [PublishedSource] = []
    for file in dataset.files {
      let endings = file.isVerifiable ? ["", ".gz"] : [".gz", ""]
      let names = endings.flatMap { ending in
        [file.name, file.name.replacing("-idx", with: ".idx")].map { $0 + ending }
      }
      for name in names {
        var path = folder.appending(name)
        // Some unpackers make a folder for each file.
        if try FileSystem.information(path)?.isFolder == true { path.append(name) }
        guard let information = try FileSystem.information(path) else { continue }
        sources.append(
          PublishedSource(
            file: file, path: path, information: information,
            isCompressed: path.extension == "gz"))
        break
      }
    }
    return sources
  }

  // MARK: Making it ready

  private func use(
    _ dataset: PublishedDataset, _ folder: FilePath, _ sources: [PublishedSource],
    in cache: DatasetCache
  ) throws(DatasetError) -> Prepared {
    let unverifiable = sources.filter { !$0.isVerifiable }.map { "\($0.path)" }
    if !unverifiable.isEmpty {
      cache.progress(
        .warning(
          "no digest of \(unverifiable.joined(separator: ", ")) is published: shape and labels "
            + "are checked, and the results are kept apart from those of the published files; "
            + "the .gz files can be checked"))
    }
    if sources.allSatisfy({ !$0.isCompressed && $0.path == folder.appending($0.file.name) }) {
      for source in sources where !isVerified(source) {
        try withMap(source.path) { bytes throws(DatasetError) in
          try VerifiedFile.check(bytes, source.file, origin: "\(source.path)")
        }
        if source.isVerifiable {
          VerifiedFile.remember(source.information, source.note, in: locations)
        }
      }
      return (folder, false, try digest(of: sources))
    }
    let digest = try digest(of: sources)
    let name = dataset.cacheFolder(digest)
    if sources.allSatisfy({ isVerified($0) || !$0.isVerifiable }),
      let folder = cache.find(name, sizes: dataset.sizes)
    {
      return (folder, false, digest)
    }
    var files: [DatasetCache.File] = []
    for source in sources {
      cache.progress(
        source.isCompressed ? .decompressing("\(source.path)") : .reading("\(source.path)"))
      let stored: [UInt8]
      do {
        stored = try FileSystem.read(source.path, limit: source.file.size + Self.slack)
      } catch {
        throw DatasetError(error)
      }
      files.append(
        try checked(
          stored, source.file, isCompressed: source.isCompressed, origin: "\(source.path)"))
      if source.isVerifiable {
        VerifiedFile.remember(source.information, source.note, in: locations)
      }
    }
    let made = try cache.folder(name, sizes: dataset.sizes) { files }
    return (made.path, made.isTemporary, digest)
  }

  private func isVerified(_ source: PublishedSource) -> Bool {
    source.isVerifiable && VerifiedFile.isNoted(source.information, source.note, in: locations)
  }

  /// Compressed pictures are smaller than plain ones; small label files may not be.
  static let slack = 4096

  /// Decompresses where needed and compares with what was published.
  func checked(
    _ stored: [UInt8], _ file: PublishedDataset.File, isCompressed: Bool, origin: String
  ) throws(DatasetError) -> DatasetCache.File {
    var isPublished = false
    if isCompressed, case .compressed(let sha256) = file.digest {
      do {
        try VerifiedFile.checkCompressed(stored, sha256, origin: origin)
        isPublished = true
      } catch {
        // Compressed anew: then the content has to be right.
        if file.md5 == nil { throw error }
      }
    }
    let bytes =
      isCompressed ? try Gzip.decompress(stored, limit: file.size, origin: origin) : stored
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(DatasetError) in
        try VerifiedFile.check(buffer, file, isPublished: isPublished, origin: origin)
      }
    }
    try result.get()
    return DatasetCache.File(name: file.name, bytes: bytes)
  }

  /// Keras's file: its arrays must be what the published files hold.
  private func use(
    _ dataset: PublishedDataset, npz path: FilePath, _ information: FileSystem.Information,
    in cache: DatasetCache
  ) throws(DatasetError) -> Prepared {
    let (note, name) = ("npz:\(dataset.digest)", dataset.cacheFolder(dataset.digest))
    if VerifiedFile.isNoted(information, note, in: locations),
      let folder = cache.find(name, sizes: dataset.sizes)
    {
      return (folder, false, dataset.digest)
    }
    cache.progress(.decompressing("\(path)"))
    let size = dataset.files.reduce(0) { $0 + $1.size }
    let archive: ZipArchive
    do {
      archive = try ZipArchive(
        try FileSystem.read(path, limit: size + (1 << 20)), origin: "\(path)")
    } catch let error as FileError {
      throw DatasetError(error)
    } catch let error as DatasetError {
      throw error
    } catch {
      throw DatasetError(.file, "\(error)", origin: "\(path)")
    }
    var files: [DatasetCache.File] = []
    for (member, file) in zip(OwnArrays.kerasNames, dataset.files) {
      let origin = "\(path): \(member)"
      let kind: IDX.Kind = file.dimensions.count == 1 ? .labels : .images
      let array = try archive.array(member, origin: origin)
      files.append(
        try checked(
          array.idx(kind, origin: origin), file, isCompressed: false, origin: origin))
    }
    VerifiedFile.remember(information, note, in: locations)
    let made = try cache.folder(name, sizes: dataset.sizes) { files }
    return (made.path, made.isTemporary, dataset.digest)
  }
}
