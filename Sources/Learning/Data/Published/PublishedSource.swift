internal import Settings
import Digest
import Files
import SystemPackage

/// A dataset that others publish as IDX files: in the folders of the user or of other programs, in the
/// cache, or downloaded into it.
struct PublishedSource: DataSource {
  let dataset: PublishedDataset
  let library: DatasetLibrary
  var locations: DatasetLocations { library.locations }

  init(_ dataset: PublishedDataset, _ library: DatasetLibrary) {
    self.dataset = dataset
    self.library = library
  }

  var format: ImageFormat? {
    guard let dimensions = dataset.files.first?.dimensions, dimensions.count == 3 else {
      preconditionFailure("the first file holds images, [N, H, W]")
    }
    return ImageFormat(
      height: dimensions[1], width: dimensions[2], channels: 1, classes: dataset.classNames.count)
  }

  func classNames(_ request: DataRequest) -> [String]? { dataset.classNames }

  func counts(_ request: DataRequest) -> (train: Int, test: Int)? {
    func count(_ file: String) -> Int {
      dataset.files.first { $0.name == file }?.dimensions.first ?? 0
    }
    return (count(DatasetFileName.trainLabels), count(DatasetFileName.testLabels))
  }

  func place(_ request: DataRequest, in cache: DatasetCache) -> DatasetStatus.Place {
    library.place(
      dataset.folders, lookedFor: dataset.lookedFor(isOwn: false), mirrors: dataset.mirrors,
      cached: cache.find(dataset.cacheFolder(dataset.digest), sizes: dataset.sizes)
    ) { place throws(DatasetError) in try locate(in: place)?.path }
  }

  func digest(_ request: DataRequest) throws(DatasetError) -> String {
    try digest(from: request.folder)
  }

  func facts(
    _ request: DataRequest, in cache: DatasetCache
  ) throws(DatasetError) -> DatasetFacts {
    if request.folder != nil {
      _ = try library.search(
        dataset.folders, named: request.folder, lookedFor: dataset.lookedFor(isOwn: true)
      ) { place throws(DatasetError) in try locate(in: place) }
    }
    let digest = try digest(request)
    return DatasetFacts(
      digest: digest,
      classes: classes(in: cache.find(dataset.cacheFolder(digest), sizes: dataset.sizes)))
  }

  func prepare(
    _ request: DataRequest, in cache: DatasetCache
  ) throws(DatasetError) -> PreparedFolder { try prepare(from: request.folder, in: cache) }

  /// The folder of the dataset: the user's or another program's, else the cache's, else
  /// downloaded into it.
  ///
  /// - Parameter folder: Named in the spec: the files must be there.
  private func prepare(
    from folder: FilePath?, in cache: DatasetCache
  ) throws(DatasetError) -> PreparedFolder {
    let (found, trail) = try library.search(
      dataset.folders, named: folder, lookedFor: dataset.lookedFor(isOwn: folder != nil),
      warn: { cache.progress(.warning($0)) }
    ) { place throws(DatasetError) -> PreparedFolder? in
      switch try locate(in: place) {
      case nil: return nil
      case .files(let folder, let sources):
        return try use(folder, sources, in: cache)
      case .npz(let path, let information):
        return try use(npz: path, information, in: cache)
      }
    }
    if let found { return found }
    let name = dataset.cacheFolder(dataset.digest)
    let downloaded = try cache.folder(name, sizes: dataset.sizes) { () throws(DatasetError) in
      try download(after: trail + [cache.absence(name)], cache.progress)
    }
    return PreparedFolder(
      path: downloaded.path, isTemporary: downloaded.isTemporary, digest: dataset.digest)
  }

  /// What names the content: for files that no published digest exists for, their own
  /// digests, so that they are never taken for the published ones.
  private func digest(from folder: FilePath?) throws(DatasetError) -> String {
    if dataset.files.allSatisfy(\.isVerifiable) { return dataset.digest }
    let lookedFor = dataset.lookedFor(isOwn: folder != nil)
    let found = try library.search(
      dataset.folders, named: folder, lookedFor: lookedFor
    ) {
      place throws(DatasetError) in try locate(in: place)
    }.found
    guard case .files(_, let sources)? = found else { return dataset.digest }
    return try digest(of: sources)
  }

  func digest(of sources: [PublishedFile]) throws(DatasetError) -> String {
    var digests: [String] = []
    for source in sources {
      if source.isVerifiable {
        digests.append(source.file.digest.sha256)
      } else if let words = VerifiedFile.noted(source.information, in: locations),
        words.count == 1, let digest = words.first, digest.hasPrefix("sha256:")
      {
        digests.append(String(digest.dropFirst("sha256:".count)))
      } else {
        let digest = try MappedFile.with(source.path) { ContentDigest.sha256($0).hex }
        VerifiedFile.remember(source.information, "sha256:\(digest)", in: locations)
        digests.append(digest)
      }
    }
    return "sha256:" + digests.joined(separator: "+")
  }

}

extension PublishedSource {
  /// What lies in a place, not checked; some files without the others are an error.
  ///
  /// - Returns: `nil` where nothing of the dataset is there.
  func locate(in place: DatasetPlace) throws(DatasetError) -> PublishedData? {
    var failure: DatasetError?
    do throws(FileError) {
      if dataset.npz != nil, place.isOwn, place.folder.extension == "npz",
        let information = try FileSystem.information(place.folder), !information.isFolder
      {
        return .npz(place.folder, information)
      }
      for subfolder in place.subfolders(of: dataset.folders) {
        let folder = place.folder.pushing(FilePath(subfolder))
        guard try FileSystem.information(folder)?.isFolder == true else { continue }
        let sources = try sources(in: folder)
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

  /// The files of the dataset in a folder, under any of the names that unpackers give them.
  ///
  /// A decompressed file comes first where it can be checked: it can be used where it lies.
  private func sources(in folder: FilePath) throws(FileError) -> [PublishedFile] {
    var sources: [PublishedFile] = []
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
          PublishedFile(
            file: file, path: path, information: information,
            isCompressed: path.extension == "gz"))
        break
      }
    }
    return sources
  }
}
