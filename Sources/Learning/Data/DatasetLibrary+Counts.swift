extension DatasetLibrary {
  /// How many examples a data set has, found or not.
  package func counts(of name: KnownDataset) -> (train: Int, test: Int) {
    switch name {
    case .mnist:
      func count(_ file: String) -> Int {
        mnist.files.first { $0.name == file }?.dimensions.first ?? 0
      }
      return (count(DatasetFileName.trainLabels), count(DatasetFileName.testLabels))
    case .syntheticDigits: return (SyntheticDigits.trainCount, SyntheticDigits.testCount)
    }
  }
}
