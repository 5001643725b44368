import Files
import SystemPackage

/// The user's own copy of one published file.
private struct Source {
  var file: PublishedDataset.File
  var path: FilePath
  var information: FileSystem.Information
  var isCompressed: Bool
}

extension PublishedDataset {
  /// The folder in the cache: named by content.
  var cacheFolder: String {
    "\(name.rawValue)-" + files.map { $0.digest.sha256.prefix(8) }.joined(separator: "-")
  }

  /// The files' sizes by name.
  var sizes: [String: Int] {
    Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.size) })
  }
}

extension DatasetLibrary {
  /// The folder of a published data set: the user's, else the cache's, else downloaded into it.
  ///
  /// - Parameter folder: Named in the spec: the files must be there.
  func prepare(
    _ dataset: PublishedDataset, from folder: FilePath?, in cache: DatasetCache
  ) throws(DatasetError) -> (path: FilePath, isTemporary: Bool) {
    var trail: [String] = []
    switch try sources(of: dataset, in: folder) {
    case .absent(let reason):
      if folder != nil { throw DatasetError(.incomplete, reason, origin: "dataset.path") }
      trail.append(reason)
    case .files(let folder, let sources):
      if let files = try useInPlace(sources, folder) { return (files, false) }
      if sources.allSatisfy({ isVerified($0) }),
        let folder = cache.find(dataset.cacheFolder, sizes: dataset.sizes)
      {
        return (folder, false)
      }
      let files = try decompress(sources, cache.progress)
      return try cache.folder(dataset.cacheFolder, sizes: dataset.sizes) { files }
    }
    trail.append(missingInCache(dataset.cacheFolder))
    return try cache.folder(dataset.cacheFolder, sizes: dataset.sizes) {
      () throws(DatasetError) in
      try download(dataset, after: trail, cache.progress)
    }
  }

  /// Why a folder was not found in the cache.
  func missingInCache(_ name: String) -> String {
    locations.datasets.map { "\($0.appending(name)): not in the cache" }
      ?? "no cache: neither NSL_CACHE_DIR nor HOME is set"
  }

  /// The user's folder, if it holds the data set's files; they are not checked.
  func userFolder(of dataset: PublishedDataset) throws(DatasetError) -> FilePath? {
    if case .files(let folder, _) = try sources(of: dataset, in: nil) { return folder }
    return nil
  }

  private enum Sources {
    /// None of the files is there; why.
    case absent(String)
    case files(FilePath, [Source])
  }

  /// What lies in the user's data folder; some files without the others are an error.
  private func sources(
    of dataset: PublishedDataset, in named: FilePath?
  ) throws(DatasetError) -> Sources {
    guard let folder = named ?? locations.dataFolder(of: dataset.name) else {
      return .absent("$NSL_DATA_DIR: not set")
    }
    let origin = named == nil ? "$NSL_DATA_DIR: " : ""
    var found: [Source] = []
    var missing: [String] = []
    do throws(FileError) {
      guard try FileSystem.information(folder)?.isFolder == true else {
        return .absent("\(origin)there is no folder \(folder)")
      }
      for file in dataset.files {
        let plain = folder.appending(file.name)
        let compressed = folder.appending(file.name + ".gz")
        if case .content = file.digest, let information = try FileSystem.information(plain) {
          found.append(
            Source(file: file, path: plain, information: information, isCompressed: false))
        } else if let information = try FileSystem.information(compressed) {
          found.append(
            Source(file: file, path: compressed, information: information, isCompressed: true))
        } else {
          missing.append(file.name)
        }
      }
    } catch {
      throw DatasetError(error)
    }
    if found.isEmpty {
      return .absent("\(origin)\(folder) holds no \(missing[0])\(endings(dataset))")
    }
    guard missing.isEmpty else {
      throw DatasetError(
        .incomplete,
        "\(found[0].path.lastComponent?.string ?? "") is there, but "
          + "\(missing.joined(separator: ", ")) is missing\(endings(dataset))",
        origin: "\(folder)")
    }
    return .files(folder, found)
  }

  /// What may stand behind a file's name: only compressed files of some data sets can be checked.
  private func endings(_ dataset: PublishedDataset) -> String {
    let isPlain = dataset.files.allSatisfy { if case .content = $0.digest { true } else { false } }
    return isPlain ? ", with or without .gz" : ".gz"
  }

  private func isVerified(_ source: Source) -> Bool {
    VerifiedFile.isNoted(source.information, source.file.digest.sha256, in: locations)
  }

  /// The user's folder itself, checked, where nothing in it is compressed.
  private func useInPlace(
    _ sources: [Source], _ folder: FilePath
  ) throws(DatasetError) -> FilePath? {
    guard sources.allSatisfy({ !$0.isCompressed }) else { return nil }
    for source in sources where !isVerified(source) {
      let map: MappedFile
      do {
        map = try MappedFile(source.path)
      } catch {
        throw DatasetError(error)
      }
      try VerifiedFile.check(map.bytes, source.file, origin: "\(source.path)")
      VerifiedFile.remember(source.information, source.file.digest.sha256, in: locations)
    }
    return folder
  }

  /// The user's files, decompressed and checked.
  private func decompress(
    _ sources: [Source], _ progress: (DatasetEvent) -> Void
  ) throws(DatasetError) -> [DatasetCache.File] {
    var files: [DatasetCache.File] = []
    for source in sources {
      progress(.decompressing("\(source.path)"))
      let content: [UInt8]
      do {
        content = try FileSystem.read(source.path)
      } catch {
        throw DatasetError(error)
      }
      files.append(
        try checked(
          content, source.file, isCompressed: source.isCompressed, origin: "\(source.path)"))
      VerifiedFile.remember(source.information, source.file.digest.sha256, in: locations)
    }
    return files
  }

  /// Decompresses where needed and compares with what was published.
  private func checked(
    _ content: [UInt8], _ file: PublishedDataset.File, isCompressed: Bool, origin: String
  ) throws(DatasetError) -> DatasetCache.File {
    if case .compressed(let sha256) = file.digest {
      try VerifiedFile.checkCompressed(content, sha256, origin: origin)
    }
    let bytes =
      isCompressed
      ? try Gzip.decompress(content, limit: file.size, origin: origin) : content
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(DatasetError) in
        try VerifiedFile.check(buffer, file, origin: origin)
      }
    }
    try result.get()
    return DatasetCache.File(name: file.name, bytes: bytes)
  }

  /// Downloads all files; a mirror that fails once is not asked again.
  private func download(
    _ dataset: PublishedDataset, after trail: [String],
    _ progress: @escaping (DatasetEvent) -> Void
  ) throws(DatasetError) -> [DatasetCache.File] {
    var trail = trail
    var mirrors = dataset.mirrors
    var files: [DatasetCache.File] = []
    for file in dataset.files {
      var finished: DatasetCache.File?
      while finished == nil {
        guard let mirror = mirrors.first else { throw unavailable(dataset.name, trail) }
        let url = "\(mirror)/\(file.name).gz"
        progress(.downloading(url: url, bytes: 0))
        do {
          // Compressed pictures are smaller than plain ones; small label files may not be.
          let content = try downloader.fetch(url, sizeLimit: file.size + 4096) {
            progress(.downloading(url: url, bytes: $0))
          }
          finished = try checked(content, file, isCompressed: true, origin: url)
        } catch {
          trail.append(error.description)
          mirrors.removeFirst()
        }
      }
      if let finished { files.append(finished) }
    }
    return files
  }

  func unavailable(_ name: KnownDataset, _ trail: [String]) -> DatasetError {
    DatasetError(
      .unavailable,
      """
      can neither be found nor downloaded
      \(trail.map { "  \($0)" }.joined(separator: "\n"))
      Set NSL_DATA_DIR to a folder that holds \(name.rawValue)/, or name a `fallback:` in the spec.
      """, origin: name.rawValue)
  }
}
