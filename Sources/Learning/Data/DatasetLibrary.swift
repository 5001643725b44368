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
  ///   - folder: Where a published data set lies, instead of all places where it is looked for.
  ///   - data: Where own data lie; needed for them.
  ///   - format: What own files must hold; others have a format of their own.
  ///   - fallback: Taken where `name` can neither be found nor downloaded; not where files of
  ///     the user's are wrong, which is an error always.
  ///   - trainLimit: At most this many examples, from the front; `nil` for all.
  ///   - testLimit: The same for the test examples.
  ///   - progress: Told what goes on.
  /// - Throws: `DatasetError`; one that says everything that was tried where nothing helped.
  package func prepare(
    _ name: KnownDataset, from folder: FilePath? = nil, own data: OwnData? = nil,
    format: ImageFormat? = nil, fallback: KnownDataset? = nil,
    trainLimit: Int? = nil, testLimit: Int? = nil,
    progress: @escaping (DatasetEvent) -> Void = { _ in }
  ) throws(DatasetError) -> Preparation {
    let cache = DatasetCache(locations: locations, progress: progress)
    func prepared(
      _ name: KnownDataset, from folder: FilePath?
    ) throws(DatasetError) -> PreparedDataset {
      let found: Prepared
      switch name {
      case .mnist, .fashionMNIST, .kmnist:
        found = try prepare(published(name), from: folder, in: cache)
      case .cifar10: found = try prepareArchive(from: folder, in: cache)
      case .syntheticDigits: found = try drawDigits(trainLimit, testLimit, in: cache)
      case .idx, .files:
        guard let data, let format else { preconditionFailure("own files without a format") }
        found = try prepareOwn(data, format, in: cache)
      }
      guard let format = name.format ?? format else { preconditionFailure("no format") }
      return PreparedDataset(
        name: name, digest: found.digest, folder: found.path.string, format: format,
        trainLimit: trainLimit, testLimit: testLimit,
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
  /// - Parameters:
  ///   - folder: As in `prepare`.
  ///   - data: Where own data lie.
  ///   - format: What own data must hold; what does not fit is an error already here.
  package func digest(
    of name: KnownDataset, from folder: FilePath? = nil, own data: OwnData? = nil,
    format: ImageFormat? = nil
  ) throws(DatasetError) -> String {
    switch name {
    case .mnist, .fashionMNIST, .kmnist: return try digest(of: published(name), from: folder)
    case .cifar10: return cifar10.digest
    case .syntheticDigits: return SyntheticDigits.digest
    case .idx, .files:
      guard let data else { preconditionFailure("own files without a place") }
      return try ownDigest(data, format)
    }
  }

  func published(_ name: KnownDataset) -> PublishedDataset {
    guard let dataset = published.first(where: { $0.name == name }) else {
      preconditionFailure("\(name.rawValue) is not published")
    }
    return dataset
  }
}
