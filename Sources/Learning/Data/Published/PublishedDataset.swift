package import Settings
/// A dataset that others publish as four gzip'd IDX files: what they must be, and where they are.
package struct PublishedDataset: Sendable {
  /// What a file is checked against, SHA-256 in lowercase hexadecimal.
  package enum Digest: Hashable, Sendable {
    /// Of the decompressed file.
    case content(String)
    /// Of the gzip file, where only that is published.
    case compressed(String)

    var sha256: String {
      switch self {
      case .content(let digest), .compressed(let digest): digest
      }
    }
  }

  /// One file.
  package struct File: Sendable {
    package var name: String
    package var dimensions: [Int]
    package var digest: Digest
    /// The MD5 of the decompressed file, where no SHA-256 of it is published: enough against
    /// damage and mistakes, which is what it is asked for.
    package var md5: String?

    package init(_ name: String, dimensions: [Int], _ digest: Digest, md5: String? = nil) {
      self.name = name
      self.dimensions = dimensions
      self.digest = digest
      self.md5 = md5
    }

    /// Whether a decompressed file can be told from any other.
    var isVerifiable: Bool {
      if case .content = digest { true } else { md5 != nil }
    }

    /// Decompressed, in bytes, with its IDX header.
    package var size: Int {
      IDX.headerSize(rank: dimensions.count) + dimensions.reduce(1, *)
    }
  }

  package var name: DatasetName
  /// What its classes are called, in their order.
  package var classNames: [String]
  /// Where torchvision puts the files, below its folder; `nil` where it does not know them.
  package var torchvisionFolder: String?
  package var files: [File]
  /// Folders that hold the files with `.gz` behind their names; asked in this order.
  package var mirrors: [String]

  package init(
    _ name: DatasetName, classNames: [String] = PublishedDataset.digitNames,
    torchvisionFolder: String? = nil, files: [File], mirrors: [String]
  ) {
    self.name = name
    self.classNames = classNames
    self.torchvisionFolder = torchvisionFolder
    self.files = files
    self.mirrors = mirrors
  }

  /// The one file that Keras keeps it in, with the arrays `x_train`, `y_train`, `x_test` and
  /// `y_test`.
  var npz: String? { name == .mnist ? "mnist.npz" : nil }

  var folders: DatasetFolders {
    DatasetFolders(name: name.rawValue, torchvision: torchvisionFolder)
  }

  /// What names the content: the files' digests.
  package var digest: String {
    "sha256:" + files.map(\.digest.sha256).joined(separator: "+")
  }

  package static let all = [mnist, fashionMNIST, kmnist]

  package static let digitNames = (0...9).map(String.init)

  /// The MNIST database of handwritten digits.
  ///
  /// - Source: LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document
  ///   recognition".
  package static let mnist = likeMNIST(
    .mnist, digitNames, torchvision: "MNIST/raw",
    [
      .content("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
      .content("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
      .content("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
      .content("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ],
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist",
      "https://storage.googleapis.com/cvdf-datasets/mnist",
    ])

  /// Zalando's articles of clothing.
  ///
  /// - Source: Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747; digests from TensorFlow Datasets,
  ///   those of the decompressed files from Mila's collection `datasets--fashionmnist`.
  package static let fashionMNIST = likeMNIST(
    .fashionMNIST,
    [
      "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
      "Ankle boot",
    ], torchvision: "FashionMNIST/raw",
    [
      .compressed("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
      .compressed("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
      .compressed("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
      .compressed("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ],
    md5s: [
      "f4a8712d7a061bf5bd6d2ca38dc4d50a", "9018921c3c673c538a1fc5bad174d6f9",
      "8181f5470baa50b63fa0f6fddb340f0a", "15d484375f8d13e6eb1aabb0c3f46965",
    ],
    mirrors: [
      "https://storage.googleapis.com/tensorflow/tf-keras-datasets",
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    ])

  /// Ten cursive Japanese characters.
  ///
  /// - Source: Clanuwat et al. 2018, arXiv:1812.01718; digests from TensorFlow Datasets.
  package static let kmnist = likeMNIST(
    .kmnist, ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
    torchvision: "KMNIST/raw",
    [
      .compressed("51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
      .compressed("e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
      .compressed("edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
      .compressed("20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
    ],
    mirrors: [
      "https://codh.rois.ac.jp/kmnist/dataset/kmnist",
      "http://codh.rois.ac.jp/kmnist/dataset/kmnist",
    ])

  /// A dataset of MNIST's files and shapes.
  ///
  /// - Parameter digests: Training images and labels, test images and labels.
  private static func likeMNIST(
    _ name: DatasetName, _ classNames: [String], torchvision: String, _ digests: [Digest],
    md5s: [String?] = [nil, nil, nil, nil], mirrors: [String]
  ) -> PublishedDataset {
    let shapes = [
      (DatasetFileName.trainImages, [60_000, 28, 28]), (DatasetFileName.trainLabels, [60_000]),
      (DatasetFileName.testImages, [10_000, 28, 28]), (DatasetFileName.testLabels, [10_000]),
    ]
    return PublishedDataset(
      name, classNames: classNames, torchvisionFolder: torchvision,
      files: zip(shapes, zip(digests, md5s)).map { shape, digests in
        File(shape.0, dimensions: shape.1, digests.0, md5: digests.1)
      }, mirrors: mirrors)
  }
}
