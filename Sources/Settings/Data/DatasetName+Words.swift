extension DatasetName {
  /// One line, without a full stop.
  package var summary: String {
    switch self {
    case .mnist: "handwritten digits, 28x28x1; found or downloaded"
    case .fashionMNIST: "articles of clothing, 28x28x1; found or downloaded"
    case .kmnist: "ten cursive Japanese characters, 28x28x1; found or downloaded"
    case .cifar10: "ten kinds of animals and vehicles, 32x32x3; found or downloaded"
    case .syntheticDigits: "digits that the program draws, 28x28x1; nothing is downloaded"
    case .idx: "your own images of any size, in IDX files"
    case .files: "your own images of any size, in NPY and NPZ files"
    case .imageFolder: "your own images, PNG files in a folder for each class"
    }
  }

  /// The keys that may stand beside the name.
  package var keys: [KeyDescription] {
    DatasetSettings.keys.filter { key in
      switch key.name {
      case "name": false
      case "path": self != .syntheticDigits
      case "fallback": !isOwn && self != .syntheticDigits
      case let name: self == .files || !DatasetSettings.fileKeys.contains(name)
      }
    }.map { key in
      guard key.name == "path", isOwn else { return key }
      var path = key
      path.defaultValue = self == .files ? .words("none, with the four keys below") : .required
      return path
    }
  }
}
