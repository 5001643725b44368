import Files
import Settings
import SystemPackage

/// Arrays of own data: an NPZ file with Keras's names of arrays, a folder of NPY files with these
/// names, or a file for each array: NPY, IDX, or NPZ with nothing else in it.
enum NumPyFiles: OwnFormat {
  static let keys = "`dataset.path` or `dataset.train_images` and the like"

  static func find(_ place: OwnData) throws(DatasetError) -> FoundOwnData {
    switch place {
    case .path(let path):
      let path = FilePath(path)
      return FoundOwnData(arrays: try arrays(at: path), classes: try ClassNames(beside: path))
    case .files(let trainImages, let trainLabels, let testImages, let testLabels):
      return FoundOwnData(
        arrays: [
          try OwnFile(.images, FilePath(trainImages)), try OwnFile(.labels, FilePath(trainLabels)),
          try OwnFile(.images, FilePath(testImages)), try OwnFile(.labels, FilePath(testLabels)),
        ],
        classes: try ClassNames(beside: FilePath(trainImages)))
    }
  }

  /// As `keras.datasets` has them: training images and labels, test images and labels.
  static let kerasNames = ["x_train", "y_train", "x_test", "y_test"]

  /// Keras's names, in an NPZ file or in a folder of NPY files.
  private static func arrays(at path: FilePath) throws(DatasetError) -> [any OwnArray] {
    let isFolder = try OwnFile.information(path)?.isFolder == true
    var files: [any OwnArray] = []
    for (kind, name) in zip([IDX.Kind.images, .labels, .images, .labels], kerasNames) {
      guard isFolder else {
        files.append(try OwnFile(kind, path, member: name))
        continue
      }
      let file = path.appending("\(name).npy")
      guard try OwnFile.information(file) != nil else {
        throw DatasetError(
          .incomplete, "there is no \(name).npy; it holds \(DatasetPlace.listing(of: path))",
          origin: "\(path)")
      }
      files.append(try OwnFile(kind, file))
    }
    return files
  }
}
