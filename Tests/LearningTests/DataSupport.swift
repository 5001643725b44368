import Crypto
import Files
import Learning
import SystemPackage
import TestSupport

/// A published data set of a few tiny pictures, so that tests need no large files.
struct TinyDataset {
  var train: [UInt8]
  var trainLabels: [UInt8]
  var test: [UInt8]
  var testLabels: [UInt8]

  init() {
    train = IDX.header([3, 2, 2]) + Array(0..<12)
    trainLabels = IDX.header([3]) + [9, 0, 5]
    test = IDX.header([2, 2, 2]) + Array(248...255)
    testLabels = IDX.header([2]) + [1, 2]
  }

  var files: [(name: String, bytes: [UInt8])] {
    [
      (DatasetFileName.trainImages, train), (DatasetFileName.trainLabels, trainLabels),
      (DatasetFileName.testImages, test), (DatasetFileName.testLabels, testLabels),
    ]
  }

  /// Its description, as if somebody had published it at `mirrors`.
  func published(mirrors: [String] = []) -> PublishedDataset {
    let shapes = [[3, 2, 2], [3], [2, 2, 2], [2]]
    return PublishedDataset(
      .mnist,
      files: zip(files, shapes).map { file, shape in
        PublishedDataset.File(file.name, dimensions: shape, .content(digest(file.bytes)))
      }, mirrors: mirrors)
  }

  func write(to folder: FilePath) throws {
    try FileSystem.createFolders(folder)
    for file in files { try AtomicFile.write(file.bytes, to: folder.appending(file.name)) }
  }

  func writeCompressed(to folder: FilePath) throws {
    try FileSystem.createFolders(folder)
    for file in files {
      try AtomicFile.write(gzip(file.bytes), to: folder.appending(file.name + ".gz"))
    }
  }
}

/// SHA-256 in lowercase hexadecimal.
func digest(_ bytes: [UInt8]) -> String {
  SHA256.hash(data: bytes).map { byte in
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0" + digits : digits
  }.joined()
}

/// A gzip file of one stored (uncompressed) block.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  precondition(bytes.count < 65536)
  func littleEndian(_ number: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
  }
  var checksum: UInt32 = ~0
  for byte in bytes {
    checksum ^= UInt32(byte)
    for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  let size = UInt32(bytes.count)
  return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255] + [1] + littleEndian(size, 2)
    + littleEndian(~size, 2) + bytes + littleEndian(~checksum, 4) + littleEndian(size, 4)
}

extension DatasetLocations {
  /// Places below one test's folder.
  init(below folder: FilePath) {
    self.init(
      dataFolder: folder.appending("data"), cacheFolder: folder.appending("cache"),
      temporaryFolder: folder)
  }
}

/// The text of an error, with the test's folder called FOLDER.
func text(of error: (any Error)?, in folder: FilePath) -> String {
  guard let error else { return "no error\n" }
  return "\(error)\n".split(separator: folder.string, omittingEmptySubsequences: false)
    .joined(separator: "FOLDER")
}
