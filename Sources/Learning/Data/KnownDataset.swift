/// The datasets that a spec can name.
package enum KnownDataset: String, Codable, Hashable, Sendable, CaseIterable {
  case mnist
  case fashionMNIST = "fashion-mnist"
  case kmnist
  case cifar10
  case syntheticDigits = "synthetic-digits"
  /// The user's own IDX files.
  case idx
  /// The user's own arrays, in NPY and NPZ files.
  case files
  /// The user's own PNG files, in a folder for each class.
  case imageFolder = "image-folder"
}

/// What the images of a dataset are, and how many classes they fall into.
package struct ImageFormat: Codable, Hashable, Sendable, CustomStringConvertible {
  package var height: Int
  package var width: Int
  package var channels: Int
  package var classes: Int

  package init(height: Int, width: Int, channels: Int, classes: Int) {
    self.height = height
    self.width = width
    self.channels = channels
    self.classes = classes
  }

  /// `28x28x1`, as specs write it.
  package var description: String { "\(height)x\(width)x\(channels)" }
}

/// The names of the four IDX files that a dataset is kept in: those that MNIST gave them.
package enum DatasetFileName {
  package static let trainImages = "train-images-idx3-ubyte"
  package static let trainLabels = "train-labels-idx1-ubyte"
  package static let testImages = "t10k-images-idx3-ubyte"
  package static let testLabels = "t10k-labels-idx1-ubyte"
  /// The same with colours, `[N, C, H, W]`.
  package static let trainColourImages = "train-images-idx4-ubyte"
  package static let testColourImages = "t10k-images-idx4-ubyte"
}
