/// The data sets that can be had by name.
package enum KnownDataset: String, Codable, Hashable, Sendable, CaseIterable {
  case mnist
  case syntheticDigits = "synthetic-digits"
}

/// The four IDX files of every data set, by the names MNIST gave them.
package enum DatasetFileName {
  package static let trainImages = "train-images-idx3-ubyte"
  package static let trainLabels = "train-labels-idx1-ubyte"
  package static let testImages = "t10k-images-idx3-ubyte"
  package static let testLabels = "t10k-labels-idx1-ubyte"
}

/// A data set that others publish: what its files must be, and where they are.
package struct PublishedDataset: Sendable {
  /// One file, as it is after decompression.
  package struct File: Sendable {
    package var name: String
    package var dimensions: [Int]
    /// In lowercase hexadecimal.
    package var sha256: String

    package init(_ name: String, dimensions: [Int], sha256: String) {
      self.name = name
      self.dimensions = dimensions
      self.sha256 = sha256
    }

    /// In bytes, with its IDX header.
    package var size: Int {
      IDX.headerSize(rank: dimensions.count) + dimensions.reduce(1, *)
    }
  }

  package var name: KnownDataset
  package var files: [File]
  /// Folders that hold the files with `.gz` behind their names; asked in this order.
  package var mirrors: [String]

  package init(_ name: KnownDataset, files: [File], mirrors: [String]) {
    self.name = name
    self.files = files
    self.mirrors = mirrors
  }

  /// What names the content: the files' digests.
  package var digest: String { "sha256:" + files.map(\.sha256).joined(separator: "+") }

  /// The MNIST database of handwritten digits.
  ///
  /// - Source: LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document
  ///   recognition".
  package static let mnist = PublishedDataset(
    .mnist,
    files: [
      File(
        DatasetFileName.trainImages, dimensions: [60_000, 28, 28],
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
      File(
        DatasetFileName.trainLabels, dimensions: [60_000],
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
      File(
        DatasetFileName.testImages, dimensions: [10_000, 28, 28],
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
      File(
        DatasetFileName.testLabels, dimensions: [10_000],
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ],
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist",
      "https://storage.googleapis.com/cvdf-datasets/mnist",
    ])
}
