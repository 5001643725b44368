/// The datasets that a spec can name.
///
/// A new one is a case here, its line in ``about``, and its source in `Learning`.
package enum DatasetName: String, Codable, Hashable, Sendable, CaseIterable {
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

  /// What its images are; `nil` for own data, which may be anything.
  package var images: ImageFormat? { about.images }

  /// One line, without a full stop.
  package var summary: String { about.summary }

  private var about: (images: ImageFormat?, summary: String) {
    switch self {
    case .mnist: (.grayscale, "handwritten digits, 28x28x1; found or downloaded")
    case .fashionMNIST: (.grayscale, "articles of clothing, 28x28x1; found or downloaded")
    case .kmnist: (.grayscale, "ten cursive Japanese characters, 28x28x1; found or downloaded")
    case .cifar10: (.color, "ten kinds of animals and vehicles, 32x32x3; found or downloaded")
    case .syntheticDigits:
      (.grayscale, "digits that the program draws, 28x28x1; nothing is downloaded")
    case .idx: (nil, "your own images of any size, in IDX files")
    case .files: (nil, "your own images of any size, in NPY and NPZ files")
    case .imageFolder: (nil, "your own images, PNG files in a folder for each class")
    }
  }

  /// Whether it is the user's own.
  package var isOwn: Bool { images == nil }
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

  /// Of MNIST, and of what has its form.
  fileprivate static let grayscale = ImageFormat(height: 28, width: 28, channels: 1, classes: 10)
  /// Of CIFAR-10.
  fileprivate static let color = ImageFormat(height: 32, width: 32, channels: 3, classes: 10)

  /// Height, width and channels of one example.
  package var shape: [Int] { [height, width, channels] }

  /// `28x28x1`, as specs write it.
  package var description: String { shapeText(shape) }
}

/// Where own data lie, absolute paths.
package enum OwnData: Codable, Hashable, Sendable {
  /// A folder, or a file that holds all.
  case path(String)
  /// A file for each array.
  case files(trainImages: String, trainLabels: String, testImages: String, testLabels: String)
}
