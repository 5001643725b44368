/// The names of the four IDX files that a dataset is kept in: those that MNIST gave them.
package enum DatasetFileName {
  package static let trainImages = "train-images-idx3-ubyte"
  package static let trainLabels = "train-labels-idx1-ubyte"
  package static let testImages = "t10k-images-idx3-ubyte"
  package static let testLabels = "t10k-labels-idx1-ubyte"
  /// The same with colors, `[N, C, H, W]`.
  package static let trainColorImages = "train-images-idx4-ubyte"
  package static let testColorImages = "t10k-images-idx4-ubyte"
}
