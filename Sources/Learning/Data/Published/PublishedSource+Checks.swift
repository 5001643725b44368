import Files
import SystemPackage

/// Making ready what was found: checked, decompressed.
extension PublishedSource {
  func use(
    _ folder: FilePath, _ sources: [PublishedFile], in cache: DatasetCache
  ) throws(DatasetError) -> PreparedFolder {
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
        try MappedFile.with(source.path) { bytes throws(DatasetError) in
          try VerifiedFile.check(bytes, source.file, origin: "\(source.path)")
        }
        if source.isVerifiable {
          VerifiedFile.remember(source.information, source.note, in: locations)
        }
      }
      return PreparedFolder(path: folder, isTemporary: false, digest: try digest(of: sources))
    }
    let digest = try digest(of: sources)
    let name = dataset.cacheFolder(digest)
    if sources.allSatisfy({ isVerified($0) || !$0.isVerifiable }),
      let folder = cache.find(name, sizes: dataset.sizes)
    {
      return PreparedFolder(path: folder, isTemporary: false, digest: digest)
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
    return PreparedFolder(path: made.path, isTemporary: made.isTemporary, digest: digest)
  }

  private func isVerified(_ source: PublishedFile) -> Bool {
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
  func use(
    npz path: FilePath, _ information: FileSystem.Information, in cache: DatasetCache
  ) throws(DatasetError) -> PreparedFolder {
    let (note, name) = ("npz:\(dataset.digest)", dataset.cacheFolder(dataset.digest))
    if VerifiedFile.isNoted(information, note, in: locations),
      let folder = cache.find(name, sizes: dataset.sizes)
    {
      return PreparedFolder(path: folder, isTemporary: false, digest: dataset.digest)
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
    for (member, file) in zip(NumPyFiles.kerasNames, dataset.files) {
      let origin = "\(path): \(member)"
      let kind: IDX.Kind = file.dimensions.count == 1 ? .labels : .images
      let array = try archive.array(member, origin: origin)
      files.append(
        try checked(
          array.idx(kind, origin: origin), file, isCompressed: false, origin: origin))
    }
    VerifiedFile.remember(information, note, in: locations)
    let made = try cache.folder(name, sizes: dataset.sizes) { files }
    return PreparedFolder(
      path: made.path, isTemporary: made.isTemporary, digest: dataset.digest)
  }
}
