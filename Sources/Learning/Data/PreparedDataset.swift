package import Settings
package import Files
import SystemPackage

/// A dataset that lies ready, decompressed and checked: all that a worker process needs to open
/// it without looking for anything.
package struct PreparedDataset: Codable, Hashable, Sendable {
  package var name: DatasetName
  /// What names the data's content: the published files' SHA-256s, or the generator's revision.
  package var digest: String
  /// The folder with the four IDX files.
  package var folder: String
  /// What its images must be.
  package var format: ImageFormat
  /// What its classes are called, in their order; `nil` where nothing says.
  package var classNames: [String]?
  /// At most the first so many examples; `nil` for all.
  package var trainLimit: Int?
  package var testLimit: Int?
  /// Whether `folder` is a temporary one, which `removeIfTemporary` is to remove in the end.
  package var isTemporary: Bool

  /// Maps the files and checks their headers, lengths and labels.
  package func open() throws(DatasetError) -> Dataset {
    return Dataset(
      name: name, classCount: format.classes,
      train: try split(
        DatasetFileName.trainImages, DatasetFileName.trainColorImages,
        DatasetFileName.trainLabels, trainLimit),
      test: try split(
        DatasetFileName.testImages, DatasetFileName.testColorImages, DatasetFileName.testLabels,
        testLimit))
  }

  private func split(
    _ gray: String, _ color: String, _ labels: String, _ limit: Int?
  ) throws(DatasetError) -> Dataset.Split {
    let folder = FilePath(folder)
    let isGray = ((try? FileSystem.information(folder.appending(gray))) ?? nil) != nil
    return try Dataset.Split(
      images: folder.appending(isGray ? gray : color), labels: folder.appending(labels),
      classes: format.classes, limit: limit)
  }

  /// Removes the folder where it was made for this process alone.
  package func removeIfTemporary() throws(FileError) {
    if isTemporary { try FileSystem.removeTree(FilePath(folder)) }
  }
}

/// What a person may want to know while a dataset is prepared.
package enum DatasetEvent: Hashable, Sendable {
  /// Another process is preparing it.
  case waiting(for: String)
  case downloading(url: String, bytes: Int)
  case decompressing(String)
  case reading(String)
  case drawing(done: Int, of: Int)
  /// Something is not as it should be, but the work goes on.
  case warning(String)
}
