import Files
package import SystemPackage

/// One of the four arrays of own data: training images and labels, test images and labels.
protocol OwnArray: Sendable {
  var kind: IDX.Kind { get }
  /// Its name in errors.
  var origin: String { get }

  /// Its dimensions, from no more than its header where that is possible.
  func dimensions() throws(DatasetError) -> [Int]

  /// The array as an IDX file.
  ///
  /// - Parameter check: Told the dimensions, where that is possible before the rest is read.
  func read(
    _ check: ([Int]) throws(DatasetError) -> Void
  ) throws(DatasetError) -> [UInt8]

  /// Words that were noted of what lies there now; `nil` for none.
  func noted(in locations: DatasetLocations) -> [String]?
  /// Notes words of what lies there now.
  func remember(_ words: [String], in locations: DatasetLocations)
}

/// Where a spec says that own data lie.
package enum OwnData: Hashable, Sendable {
  /// A folder of four IDX files, told apart by their names.
  case idx(FilePath)
  /// An NPZ file with Keras's names of arrays, or a folder of NPY files with these names.
  case arrays(FilePath)
  /// A file for each array: NPY, IDX, or NPZ with nothing else in it.
  case files(
    trainImages: FilePath, trainLabels: FilePath, testImages: FilePath, testLabels: FilePath)
  /// A folder with a folder of PNG files for each class: `train/CLASS/*.png`, `test/CLASS/*.png`.
  case imageFolder(FilePath)
}

/// Own data as they were found.
struct FoundOwnData {
  /// Training images and labels, test images and labels.
  var arrays: [any OwnArray]
  /// What the classes are called, where that is said.
  var classes: ClassNames?
}

extension OwnData {
  /// Finds the arrays; the table of formats.
  ///
  /// - Throws: `DatasetError` that names what is missing, or is not what it should be.
  func find() throws(DatasetError) -> FoundOwnData {
    switch self {
    case .idx(let folder):
      FoundOwnData(
        arrays: try OwnFile.idx(in: folder), classes: try ClassNames(beside: folder))
    case .arrays(let path):
      FoundOwnData(
        arrays: try OwnFile.numPy(at: path), classes: try ClassNames(beside: path))
    case .files(let trainImages, let trainLabels, let testImages, let testLabels):
      FoundOwnData(
        arrays: [
          try OwnFile(.images, trainImages), try OwnFile(.labels, trainLabels),
          try OwnFile(.images, testImages), try OwnFile(.labels, testLabels),
        ],
        classes: try ClassNames(beside: trainImages))
    case .imageFolder(let folder): try ImageFolder.find(in: folder)
    }
  }
}
