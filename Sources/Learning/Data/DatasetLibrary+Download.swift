extension DatasetLibrary {
  /// Downloads all files; a mirror that fails once is not asked again.
  func download(
    _ dataset: PublishedDataset, after trail: [String],
    _ progress: @escaping (DatasetEvent) -> Void
  ) throws(DatasetError) -> [DatasetCache.File] {
    var trail = trail
    var mirrors = dataset.mirrors
    var files: [DatasetCache.File] = []
    for file in dataset.files {
      var finished: DatasetCache.File?
      while finished == nil {
        guard let mirror = mirrors.first else {
          throw unavailable(dataset.name, trail, lookedFor: dataset.lookedFor(isOwn: false))
        }
        let url = "\(mirror)/\(file.name).gz"
        progress(.downloading(url: url, bytes: 0))
        do {
          let content = try downloader.fetch(url, sizeLimit: file.size + Self.slack) {
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

  func unavailable(
    _ name: KnownDataset, _ trail: [String], lookedFor: String
  ) -> DatasetError {
    DatasetError(
      .unavailable,
      """
      can neither be found nor downloaded
      \(trail.map { "  \($0)" }.joined(separator: "\n"))
      Looked for: \(lookedFor).
      Set NSL_DATA_DIR to a folder that holds one of these, or name a `fallback:` in the spec.
      """, origin: name.rawValue)
  }
}
