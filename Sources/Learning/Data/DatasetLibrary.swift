import SystemPackage

/// Finds, downloads or draws data sets.
///
/// The process that runs a plan calls `prepare`; its workers open what that returns.
package struct DatasetLibrary: Sendable {
  package var locations: DatasetLocations
  package var mnist: PublishedDataset
  package var downloader: Downloader

  /// A library over the given places; the other parameters have production's values and are there
  /// for tests.
  package init(
    _ locations: DatasetLocations, mnist: PublishedDataset = .mnist,
    downloader: Downloader = Downloader()
  ) {
    self.locations = locations
    self.mnist = mnist
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
  ///   - fallback: Taken where `name` can neither be found nor downloaded; not where files of
  ///     the user's are wrong, which is an error always.
  ///   - trainLimit: At most this many examples, from the front; `nil` for all.
  ///   - testLimit: The same for the test examples.
  ///   - progress: Told what goes on.
  /// - Throws: `DatasetError`; one that says everything that was tried where nothing helped.
  package func prepare(
    _ name: KnownDataset, fallback: KnownDataset? = nil, trainLimit: Int? = nil,
    testLimit: Int? = nil, progress: @escaping (DatasetEvent) -> Void = { _ in }
  ) throws(DatasetError) -> Preparation {
    do {
      let dataset = try prepareOnly(name, trainLimit, testLimit, progress)
      return Preparation(dataset: dataset, fallbackReason: nil)
    } catch  where error.code == .unavailable {
      guard let fallback, fallback != name else { throw error }
      let dataset = try prepareOnly(fallback, trainLimit, testLimit, progress)
      return Preparation(dataset: dataset, fallbackReason: error)
    }
  }

  private func prepareOnly(
    _ name: KnownDataset, _ trainLimit: Int?, _ testLimit: Int?,
    _ progress: @escaping (DatasetEvent) -> Void
  ) throws(DatasetError) -> PreparedDataset {
    let cache = DatasetCache(locations: locations, progress: progress)
    let folder: (path: FilePath, isTemporary: Bool)
    switch name {
    case .mnist: folder = try prepare(mnist, in: cache)
    case .syntheticDigits: folder = try drawDigits(trainLimit, testLimit, in: cache)
    }
    return PreparedDataset(
      name: name, digest: digest(of: name), folder: folder.path.string, trainLimit: trainLimit,
      testLimit: testLimit, isTemporary: folder.isTemporary)
  }

  /// What names a data set's content, found or not.
  package func digest(of name: KnownDataset) -> String {
    switch name {
    case .mnist: mnist.digest
    case .syntheticDigits: SyntheticDigits.digest
    }
  }
}
