package import Settings
package import SystemPackage

/// Finds, downloads or draws datasets.
///
/// The process that runs a plan calls `prepare`; its workers open what that returns.
///
/// - Without making data ready: ``format(of:)``, ``format(of:own:)``, ``classNames(of:own:)``,
///   ``counts(of:own:)``, ``digest(of:from:own:format:)``,
///   ``facts(of:from:own:format:trainLimit:testLimit:)``, ``status(of:trainLimit:testLimit:)``
/// - Making data ready: ``prepare(_:from:own:format:fallback:trainLimit:testLimit:progress:)``
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

  /// A dataset that lies ready, and why it is not the one that was asked for.
  package struct Preparation: Sendable {
    package var dataset: PreparedDataset
    /// Why the fallback was taken; `nil` where it was not.
    package var fallbackReason: DatasetError?
  }

  /// Makes a dataset ready: found, downloaded or drawn, checked and decompressed.
  ///
  /// Blocks; a download may take minutes. Several processes may ask at once: one works, the
  /// others wait.
  ///
  /// - Parameters:
  ///   - folder: Where a published dataset lies, instead of all places where it is looked for.
  ///   - data: Where own data lie; needed for them.
  ///   - format: What own data must hold; others have a format of their own.
  ///   - fallback: Taken where `name` can neither be found nor downloaded; not where files of
  ///     the user's are wrong, which is an error always.
  ///   - trainLimit: At most the first so many examples; `nil` for all.
  ///   - testLimit: The same for the test examples.
  ///   - progress: Told what goes on.
  /// - Throws: `DatasetError`; one that says everything that was tried where nothing helped.
  package func prepare(
    _ name: DatasetName, from folder: FilePath? = nil, own data: OwnData? = nil,
    format: ImageFormat? = nil, fallback: DatasetName? = nil,
    trainLimit: Int? = nil, testLimit: Int? = nil,
    progress: @escaping (DatasetEvent) -> Void = { _ in }
  ) throws(DatasetError) -> Preparation {
    let cache = DatasetCache(locations: locations, progress: progress)
    func prepared(
      _ name: DatasetName, from folder: FilePath?
    ) throws(DatasetError) -> PreparedDataset {
      let source = source(of: name)
      guard let format = source.format ?? format else {
        preconditionFailure("own data without a format")
      }
      let request = DataRequest(
        folder: folder, own: data, format: format, trainLimit: trainLimit, testLimit: testLimit)
      let classNames = try source.classNames(request)
      let found = try source.prepare(request, in: cache)
      return PreparedDataset(
        name: name, digest: found.digest, folder: found.path.string, format: format,
        classNames: classNames, trainLimit: trainLimit, testLimit: testLimit,
        isTemporary: found.isTemporary)
    }
    do throws(DatasetError) {
      return Preparation(dataset: try prepared(name, from: folder), fallbackReason: nil)
    } catch  where error.code == .unavailable {
      guard let fallback, fallback != name else { throw error }
      return Preparation(dataset: try prepared(fallback, from: nil), fallbackReason: error)
    }
  }

  /// What names a dataset's content, found or not; own data are read, once.
  ///
  /// - Parameters:
  ///   - folder: As in `prepare`.
  ///   - data: Where own data lie.
  ///   - format: What own data must hold; what does not fit is an error already here.
  package func digest(
    of name: DatasetName, from folder: FilePath? = nil, own data: OwnData? = nil,
    format: ImageFormat? = nil
  ) throws(DatasetError) -> String {
    try source(of: name).digest(DataRequest(folder: folder, own: data, format: format))
  }

  /// What is known of a dataset here, and what names its content; own data are read, once.
  ///
  /// - Parameters: As of ``prepare(_:from:own:format:fallback:trainLimit:testLimit:progress:)``.
  /// - Throws: `DatasetError` for own data that cannot be read or do not fit, and where nothing
  ///   lies in `folder`.
  package func facts(
    of name: DatasetName, from folder: FilePath? = nil, own data: OwnData? = nil,
    format: ImageFormat? = nil, trainLimit: Int? = nil, testLimit: Int? = nil
  ) throws(DatasetError) -> DatasetFacts {
    try source(of: name).facts(
      DataRequest(
        folder: folder, own: data, format: format, trainLimit: trainLimit, testLimit: testLimit),
      in: DatasetCache(locations: locations) { _ in })
  }

  /// What the images of a dataset are; `nil` for own data, which may be anything.
  package func format(of name: DatasetName) -> ImageFormat? { source(of: name).format }

  /// What own data hold: `input_shape` and `num_classes`, where a spec does not say them.
  ///
  /// Reads of the images no more than headers, and the labels, whose largest one says how many classes
  /// there are. Where dimensions can be read in two ways, channels are last.
  ///
  /// - Throws: `DatasetError` that names the user's file.
  package func format(
    of name: DatasetName, own data: OwnData
  ) throws(DatasetError) -> ImageFormat {
    guard let source = source(of: name) as? OwnSource else {
      preconditionFailure("\(name.rawValue) has a format of its own")
    }
    return try source.ownImages(data)
  }

  /// What a dataset's classes are called, in their order; `nil` where nothing says.
  ///
  /// - Parameter data: Where own data lie.
  /// - Throws: `DatasetError` where names are there that cannot be read.
  package func classNames(
    of name: DatasetName, own data: OwnData? = nil
  ) throws(DatasetError) -> [String]? {
    try source(of: name).classNames(DataRequest(own: data))
  }

  /// How many examples a dataset has, found or not.
  ///
  /// - Parameter data: Where own data lie.
  /// - Returns: Zeros for own data that are not as they should be.
  package func counts(
    of name: DatasetName, own data: OwnData? = nil
  ) -> (train: Int, test: Int) {
    source(of: name).counts(DataRequest(own: data)) ?? (0, 0)
  }

  /// Where a dataset is or would come from; downloads, draws and writes nothing.
  package func status(
    of name: DatasetName, trainLimit: Int? = nil, testLimit: Int? = nil
  ) -> DatasetStatus {
    DatasetStatus(
      name: name,
      place: source(of: name).place(
        DataRequest(trainLimit: trainLimit, testLimit: testLimit),
        in: DatasetCache(locations: locations) { _ in }))
  }
}
