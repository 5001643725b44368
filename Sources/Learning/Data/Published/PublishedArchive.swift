internal import Settings
/// CIFAR-10's binary version: one gzip'd tar archive of records. Its Python version holds the same
/// pictures in the same order.
///
/// A record is a label's byte and the image `[C, H, W]`, 0...255.
///
/// - Source: Krizhevsky 2009, "Learning multiple layers of features from tiny images"; digest from
///   TensorFlow Datasets.
package struct PublishedArchive: Sendable {
  /// The archive's name.
  package var file: String
  /// Of the archive, in lowercase hexadecimal.
  package var sha256: String
  /// At most so long, compressed and not, in bytes.
  package var sizeLimit: Int
  package var trainMembers: [String]
  package var testMembers: [String]
  /// Records of each member.
  package var records: Int
  /// Folders that hold the archive.
  package var mirrors: [String]
  package var pickled: Pickled

  /// The Python version, which torchvision and Keras download.
  package struct Pickled: Sendable {
    /// The archive's names: as it is published, and as Keras calls it.
    package var files: [String]
    /// Of the archive.
    package var sha256: String
    /// The folder's paths once it is unpacked: torchvision's and Keras's.
    package var folders: [String]
    package var trainMembers: [Member]
    package var testMembers: [Member]

    /// A batch, and the MD5 of its file.
    package struct Member: Hashable, Sendable {
      package var name: String
      package var md5: String

      package init(_ name: String, md5: String) {
        self.name = name
        self.md5 = md5
      }
    }

    package init(
      files: [String], sha256: String, folders: [String], trainMembers: [Member],
      testMembers: [Member]
    ) {
      self.files = files
      self.sha256 = sha256
      self.folders = folders
      self.trainMembers = trainMembers
      self.testMembers = testMembers
    }

    /// - Source: SHA-256 from Keras, MD5s from torchvision.
    package static let cifar10 = Pickled(
      files: [
        "cifar-10-python.tar.gz", "cifar-10-batches-py.tar.gz",
        "cifar-10-batches-py-target_archive",
      ],
      sha256: "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
      folders: ["cifar-10-batches-py", "cifar-10-batches-py-target/cifar-10-batches-py"],
      trainMembers: [
        Member("data_batch_1", md5: "c99cafc152244af753f735de768cd75f"),
        Member("data_batch_2", md5: "d4bba439e000b95fd0a9bffe97cbabec"),
        Member("data_batch_3", md5: "54ebc095f3ab1f0389bbae665268c751"),
        Member("data_batch_4", md5: "634d18415352ddfa80567beed471001a"),
        Member("data_batch_5", md5: "482c414d41f54cd18b22e5b47cb7c3cb"),
      ], testMembers: [Member("test_batch", md5: "40351d587109b95175f43aff81a1287e")])
  }

  package init(
    file: String, sha256: String, sizeLimit: Int, trainMembers: [String], testMembers: [String],
    records: Int, mirrors: [String], pickled: Pickled = .cifar10
  ) {
    self.file = file
    self.sha256 = sha256
    self.sizeLimit = sizeLimit
    self.trainMembers = trainMembers
    self.testMembers = testMembers
    self.records = records
    self.mirrors = mirrors
    self.pickled = pickled
  }

  package static let cifar10 = PublishedArchive(
    file: "cifar-10-binary.tar.gz",
    sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    sizeLimit: 200_000_000, trainMembers: (1...5).map { "data_batch_\($0).bin" },
    testMembers: ["test_batch.bin"], records: 10_000,
    mirrors: ["https://www.cs.toronto.edu/~kriz"])

  package var digest: String { "sha256:" + sha256 }
  package var trainCount: Int { trainMembers.count * records }
  package var testCount: Int { testMembers.count * records }

  private static let side = 32
  private static let channels = 3
  /// - Source: `batches.meta` of the Python version.
  let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]
  var format: ImageFormat {
    ImageFormat(
      height: Self.side, width: Self.side, channels: Self.channels, classes: classNames.count)
  }
  var folders: DatasetFolders { DatasetFolders(name: DatasetName.cifar10.rawValue) }
  private static var imageSize: Int { channels * side * side }

  var cacheFolder: String { "\(DatasetName.cifar10.rawValue)-\(sha256.prefix(16))" }

  /// The sizes of the files that the archive is turned into, by name.
  var sizes: [String: Int] {
    func images(_ count: Int) -> Int { IDX.headerSize(rank: 4) + count * Self.imageSize }
    func labels(_ count: Int) -> Int { IDX.headerSize(rank: 1) + count }
    return [
      DatasetFileName.trainColorImages: images(trainCount),
      DatasetFileName.trainLabels: labels(trainCount),
      DatasetFileName.testColorImages: images(testCount),
      DatasetFileName.testLabels: labels(testCount),
    ]
  }

  /// What is looked for, in words.
  var lookedFor: String {
    "\(file), \(pickled.files[0]) or the folder \(pickled.folders[0])/, in the folder itself or in "
      + "\(DatasetName.cifar10.rawValue)/"
  }

  /// Labels of one file and their images, one after the other.
  typealias Batch = (labels: [UInt8], pixels: ArraySlice<UInt8>)

  /// Turns the checked archive of the binary version into IDX files.
  func unpack(_ archive: [UInt8], origin: String) throws(DatasetError) -> [DatasetCache.File] {
    let members = try TarArchive.members(
      of: Gzip.decompress(archive, limit: sizeLimit, origin: origin), origin: origin)
    return try idx(from: trainMembers, testMembers, origin) { name throws(DatasetError) in
      try batch(member(name, members, origin), "\(name)", origin)
    }
  }

  /// Turns the checked archive of the Python version into IDX files.
  func unpackPickled(
    _ archive: [UInt8], origin: String
  ) throws(DatasetError) -> [DatasetCache.File] {
    let members = try TarArchive.members(
      of: Gzip.decompress(archive, limit: sizeLimit, origin: origin), origin: origin)
    return try idx(
      from: pickled.trainMembers.map(\.name), pickled.testMembers.map(\.name), origin
    ) { name throws(DatasetError) in
      try pickledBatch(member(name, members, origin), origin: "\(origin): \(name)")
    }
  }

  /// A pickled batch of as many examples as it must have.
  func pickledBatch(
    _ bytes: ArraySlice<UInt8>, origin: String
  ) throws(DatasetError) -> Batch {
    let batch = try PickledBatch(bytes, imageSize: Self.imageSize, origin: origin)
    guard batch.labels.count == records else {
      throw DatasetError(
        .malformed, "\(records) examples expected, \(batch.labels.count) found", origin: origin)
    }
    return (batch.labels, batch.pixels)
  }

  private func member(
    _ name: String, _ members: [String: ArraySlice<UInt8>], _ origin: String
  ) throws(DatasetError) -> ArraySlice<UInt8> {
    guard let member = members[name] else {
      throw DatasetError(.malformed, "the archive holds no \(name)", origin: origin)
    }
    return member
  }

  /// The records of one file of the binary version.
  private func batch(
    _ member: ArraySlice<UInt8>, _ name: String, _ origin: String
  ) throws(DatasetError) -> Batch {
    let recordSize = 1 + Self.imageSize
    guard member.count == records * recordSize else {
      throw DatasetError(
        .malformed,
        "\(name): \(records * recordSize) bytes expected, \(member.count) found",
        origin: origin)
    }
    var labels: [UInt8] = []
    var pixels: [UInt8] = []
    pixels.reserveCapacity(records * Self.imageSize)
    for start in stride(from: member.startIndex, to: member.endIndex, by: recordSize) {
      labels.append(member[start])
      pixels.append(contentsOf: member[start + 1..<start + recordSize])
    }
    return (labels, pixels[...])
  }

  /// The four IDX files of the batches of these names.
  func idx(
    from trainNames: [String], _ testNames: [String], _ origin: String,
    read: (String) throws(DatasetError) -> Batch
  ) throws(DatasetError) -> [DatasetCache.File] {
    var files: [DatasetCache.File] = []
    for (names, imageName, labelName) in [
      (trainNames, DatasetFileName.trainColorImages, DatasetFileName.trainLabels),
      (testNames, DatasetFileName.testColorImages, DatasetFileName.testLabels),
    ] {
      let count = names.count * records
      var images = IDX.header([count, Self.channels, Self.side, Self.side])
      var labels = IDX.header([count])
      images.reserveCapacity(images.count + count * Self.imageSize)
      for name in names {
        let batch = try read(name)
        labels += batch.labels
        images += batch.pixels
      }
      files.append(DatasetCache.File(name: imageName, bytes: images))
      files.append(DatasetCache.File(name: labelName, bytes: labels))
    }
    return files
  }
}
