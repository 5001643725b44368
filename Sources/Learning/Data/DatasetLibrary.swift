package import SystemPackage

/// Finds, downloads or draws data sets.
///
/// The process that runs a plan calls `prepare`; its workers open what that returns.
package struct DatasetLibrary: Sendable {
  package var locations: DatasetLocations
  package var published: [PublishedDataset]
  package var cifar10: PublishedArchive
  package var downloader: Downloader

  /// A library over the given places; the other parameters have production's values and are there
  /// for tests.
  package init(
    _ locations: DatasetLocations, published: [PublishedDataset] = PublishedDataset.all,
    cifar10: PublishedArchive = .cifar10, downloader: Downloader = Downloader()
  ) {
    self.locations = locations
    self.published = published
    self.cifar10 = cifar10
    self.downloader = downloader
  }

  /// A data set that lies ready, and why it is not the one that was asked for.
  package struct Preparation: Sendable {
    package var dataset: PreparedDataset
    /// Why the fallback was taken; `nil` where it was not.
    package var fallbackReason: DatasetError?
  }

  /// Makes a data set ready: found, downloaded or drawn, checked and decompressed.
  ///
  /// Blocks; a download may take minutes. Several processes may ask at once: one works, the
  /// others wait.
  ///
  /// - Parameters:
  ///   - folder: Where the files lie, instead of `$NSL_DATA_DIR/<name>`; needed for own files.
  ///   - format: What own files must hold; others have a format of their own.
  ///   - fallback: Taken where `name` can neither be found nor downloaded; not where files of
  ///     the user's are wrong, which is an error always.
  ///   - trainLimit: At most this many examples, from the front; `nil` for all.
  ///   - testLimit: The same for the test examples.
  ///   - progress: Told what goes on.
  /// - Throws: `DatasetError`; one that says everything that was tried where nothing helped.
  package func prepare(
    _ name: KnownDataset, from folder: FilePath? = nil, format: ImageFormat? = nil,
    fallback: KnownDataset? = nil, trainLimit: Int? = nil, testLimit: Int? = nil,
    progress: @escaping (DatasetEvent) -> Void = { _ in }
  ) throws(DatasetError) -> Preparation {
    let cache = DatasetCache(locations: locations, progress: progress)
    func prepared(
      _ name: KnownDataset, from folder: FilePath?
    ) throws(DatasetError) -> PreparedDataset {
      let found: (path: FilePath, isTemporary: Bool)
      let digest: String
      switch name {
      case .mnist, .fashionMNIST, .kmnist:
        found = try prepare(published(name), from: folder, in: cache)
        digest = published(name).digest
      case .cifar10:
        found = try prepareArchive(from: folder, in: cache)
        digest = cifar10.digest
      case .syntheticDigits:
        found = try drawDigits(trainLimit, testLimit, in: cache)
        digest = SyntheticDigits.digest
      case .idx:
        guard let folder, let format else { preconditionFailure("own files without a format") }
        let own = try prepareOwn(folder, format, in: cache)
        found = (own.path, own.isTemporary)
        digest = own.digest
      }
      guard let format = name.format ?? format else { preconditionFailure("no format") }
      return PreparedDataset(
        name: name, digest: digest,
        folder: found.path.string, format: format, trainLimit: trainLimit, testLimit: testLimit,
        isTemporary: found.isTemporary)
    }
    do throws(DatasetError) {
      return Preparation(dataset: try prepared(name, from: folder), fallbackReason: nil)
    } catch  where error.code == .unavailable {
      guard let fallback, fallback != name else { throw error }
      return Preparation(dataset: try prepared(fallback, from: nil), fallbackReason: error)
    }
  }

  /// What names a data set's content, found or not; own files are read, once.
  ///
  /// - Parameter folder: Where own files lie.
  package func digest(
    of name: KnownDataset, from folder: FilePath? = nil
  ) throws(DatasetError) -> String {
    switch name {
    case .mnist, .fashionMNIST, .kmnist: return published(name).digest
    case .cifar10: return cifar10.digest
    case .syntheticDigits: return SyntheticDigits.digest
    case .idx:
      guard let folder else { preconditionFailure("own files without a folder") }
      return try ownDigest(folder)
    }
  }

  func published(_ name: KnownDataset) -> PublishedDataset {
    guard let dataset = published.first(where: { $0.name == name }) else {
      preconditionFailure("\(name.rawValue) is not published")
    }
    return dataset
  }
}
