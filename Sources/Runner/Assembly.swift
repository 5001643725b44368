package import Experiments
package import Learning
package import Settings
internal import SystemPackage

/// Where the datasets of a spec meet those of `Learning`.
package enum Assembly {
  package static func dataset(_ name: DatasetName) -> KnownDataset {
    switch name {
    case .mnist: .mnist
    case .fashionMNIST: .fashionMNIST
    case .kmnist: .kmnist
    case .cifar10: .cifar10
    case .syntheticDigits: .syntheticDigits
    case .idx: .idx
    case .files: .files
    }
  }

  /// Where a spec's own data lie; `nil` for published and drawn ones.
  package static func ownData(
    _ name: DatasetName, path: String?, files: OwnFilesSettings?
  ) -> OwnData? {
    switch name {
    case .mnist, .fashionMNIST, .kmnist, .cifar10, .syntheticDigits: nil
    case .idx: path.map { .idx(FilePath($0)) }
    case .files:
      if let files {
        .files(
          trainImages: FilePath(files.trainImages), trainLabels: FilePath(files.trainLabels),
          testImages: FilePath(files.testImages), testLabels: FilePath(files.testLabels))
      } else {
        path.map { .arrays(FilePath($0)) }
      }
    }
  }

  /// What the images of a spec's own data are; reads them where that was not done before.
  package static func ownImages(
    of dataset: DatasetSettings, _ library: DatasetLibrary
  ) throws -> OwnImageFormat {
    guard let data = ownData(dataset.name, path: dataset.path, files: dataset.files) else {
      preconditionFailure("only own data are looked into")
    }
    let format = try library.ownFormat(data)
    return OwnImageFormat(
      inputShape: [format.height, format.width, format.channels], numClasses: format.classes)
  }

  package static func datasetName(_ dataset: KnownDataset) -> DatasetName {
    guard let name = DatasetName(rawValue: dataset.rawValue) else {
      preconditionFailure("\(dataset.rawValue) is not a word of the language")
    }
    return name
  }

  /// What the images of a spec's data set must be: for own files, what the first model says, for
  /// all models say the same.
  package static func imageFormat(_ spec: Spec) -> ImageFormat? {
    spec.settings.models.first.map { model in
      let shape = model.architecture.inputShape
      return ImageFormat(
        height: shape[0], width: shape[1], channels: shape[2],
        classes: model.architecture.numClasses)
    }
  }
}
