import SystemPackage

extension DatasetLibrary {
  /// How many examples a data set has, found or not.
  ///
  /// - Parameter data: Where own data lie.
  /// - Returns: Zeros for own data that are not as they should be.
  package func counts(
    of name: KnownDataset, own data: OwnData? = nil
  ) -> (train: Int, test: Int) {
    switch name {
    case .mnist, .fashionMNIST, .kmnist:
      func count(_ file: String) -> Int {
        published(name).files.first { $0.name == file }?.dimensions.first ?? 0
      }
      return (count(DatasetFileName.trainLabels), count(DatasetFileName.testLabels))
    case .cifar10: return (cifar10.trainCount, cifar10.testCount)
    case .syntheticDigits: return (SyntheticDigits.trainCount, SyntheticDigits.testCount)
    case .idx, .files: return data.flatMap { ownCounts($0) } ?? (0, 0)
    }
  }
}
