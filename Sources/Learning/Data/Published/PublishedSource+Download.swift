extension PublishedSource {
  /// Downloads all files; a mirror that fails once is not asked again.
  func download(
    after trail: [String], _ progress: @escaping (DatasetEvent) -> Void
  ) throws(DatasetError) -> [DatasetCache.File] {
    var trail = trail
    var mirrors = dataset.mirrors
    var files: [DatasetCache.File] = []
    for file in dataset.files {
      var finished: DatasetCache.File?
      while finished == nil {
        guard let mirror = mirrors.first else {
          throw DatasetError(
            unavailable: dataset.name, trail, lookedFor: dataset.lookedFor(isOwn: false))
        }
        let url = "\(mirror)/\(file.name).gz"
        progress(.downloading(url: url, bytes: 0))
        do {
          let content = try library.downloader.fetch(url, sizeLimit: file.size + Self.slack) {
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
}
