internal import Settings
import Files
import SystemPackage

/// What a dataset is asked for.
struct DataRequest: Sendable {
  /// Where a published dataset lies, instead of all places where it is looked for.
  var folder: FilePath?
  /// Where own data lie.
  var own: OwnData?
  /// What own data must hold; `nil` where that is not asked.
  var format: ImageFormat?
  /// At most this many examples are needed; `nil` for all.
  var trainLimit: Int?
  var testLimit: Int?
}

/// A dataset that a spec can name: what it holds, where it is found, how it is made ready.
///
/// A new one is a value of ``PublishedDataset``, an ``OwnFormat``, or a type like these, and a line in
/// ``DatasetLibrary/source(of:)``.
protocol DataSource: Sendable {
  /// What its images are; `nil` for own data, which may be anything.
  var format: ImageFormat? { get }

  /// What its classes are called, in their order; `nil` where nothing says.
  func classNames(_ request: DataRequest) throws(DatasetError) -> [String]?

  /// What names the content, found or not; own data are read, once.
  func digest(_ request: DataRequest) throws(DatasetError) -> String

  /// What is known of it here; downloads, draws and writes nothing but notes.
  ///
  /// - Throws: Also where nothing lies in the only folder that a spec names.
  func facts(_ request: DataRequest, in cache: DatasetCache) throws(DatasetError) -> DatasetFacts

  /// How many examples there are, found or not; `nil` for own data that cannot be read.
  func counts(_ request: DataRequest) -> (train: Int, test: Int)?

  /// Where it is or would come from; downloads, draws and writes nothing.
  func place(_ request: DataRequest, in cache: DatasetCache) -> DatasetStatus.Place

  /// A folder with the four IDX files, checked.
  func prepare(_ request: DataRequest, in cache: DatasetCache) throws(DatasetError)
    -> PreparedFolder
}

/// What is known of a dataset before it is made ready.
package struct DatasetFacts: Sendable {
  /// What names the content.
  package var digest: String
  /// Of the training labels, where these lie here.
  package var classes: ClassPositions?
}

extension DataSource {
  /// Of the training labels in a folder with the four IDX files; `nil` where they cannot be read.
  func classes(in folder: FilePath?) -> ClassPositions? {
    folder.flatMap { folder in
      try? MappedFile.with(folder.appending(DatasetFileName.trainLabels)) { bytes in
        ClassPositions(bytes.dropFirst(IDX.headerSize(rank: 1)))
      }
    }
  }
}

/// A dataset's four IDX files.
struct PreparedFolder {
  var path: FilePath
  /// Whether it was made for this process alone.
  var isTemporary: Bool
  /// What names the content.
  var digest: String
}

extension DatasetLibrary {
  /// The table of all datasets.
  func source(of name: DatasetName) -> any DataSource {
    switch name {
    case .mnist, .fashionMNIST, .kmnist: PublishedSource(published(name), self)
    case .cifar10: ArchiveSource(cifar10, self)
    case .syntheticDigits: DrawnDigits()
    case .idx: OwnSource(self, IDXFolder.self)
    case .files: OwnSource(self, NumPyFiles.self)
    case .imageFolder: OwnSource(self, ImageFolder.self)
    }
  }

  private func published(_ name: DatasetName) -> PublishedDataset {
    guard let dataset = published.first(where: { $0.name == name }) else {
      preconditionFailure("\(name.rawValue) is not published")
    }
    return dataset
  }
}
