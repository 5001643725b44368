import Digest
import Files
import FoundationEssentials
import Learning
import Settings
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
      .mnist, torchvisionFolder: "MNIST/raw",
      files: zip(files, shapes).map { file, shape in
        PublishedDataset.File(file.name, dimensions: shape, .content(digest(file.bytes)))
      }, mirrors: mirrors)
  }

  func write(to folder: FilePath) throws {
    try FileSystem.createFolders(folder)
    for file in files { try AtomicFile.write(file.bytes, to: folder.appending(file.name)) }
  }

  /// Keras's one file of it.
  var npzFile: [UInt8] {
    npz([
      ("x_test", npy([2, 2, 2], Array(test.dropFirst(16)))),
      ("x_train", npy([3, 2, 2], Array(train.dropFirst(16)))),
      ("y_train", npy([3], Array(trainLabels.dropFirst(8)))),
      ("y_test", npy([2], Array(testLabels.dropFirst(8)))),
    ])
  }

  func writeCompressed(to folder: FilePath) throws {
    try FileSystem.createFolders(folder)
    for file in files {
      try AtomicFile.write(gzip(file.bytes), to: folder.appending(file.name + ".gz"))
    }
  }
}

/// SHA-256 in lowercase hexadecimal.
func digest(_ bytes: [UInt8]) -> String { ContentDigest.sha256(bytes).hex }

/// MD5 in lowercase hexadecimal.
func md5(of bytes: [UInt8]) -> String { ContentDigest.md5(bytes).hex }

/// A gzip file of one stored (uncompressed) block.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  precondition(bytes.count < 65536)
  let size = UInt32(bytes.count)
  return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255] + [1] + littleEndian(size, 2)
    + littleEndian(~size, 2) + bytes + littleEndian(checksum(bytes), 4) + littleEndian(size, 4)
}

func littleEndian(_ number: UInt32, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
}

/// The CRC-32 of gzip and ZIP files.
func checksum(_ bytes: [UInt8]) -> UInt32 {
  var checksum: UInt32 = ~0
  for byte in bytes {
    checksum ^= UInt32(byte)
    for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  return ~checksum
}

/// An NPY file of unsigned bytes.
func npy(_ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
  let numbers = shape.map { "\($0)," }.joined()
  let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(numbers)), }\n"
  return [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(UInt32(header.utf8.count), 2)
    + Array(header.utf8) + bytes
}

/// An NPZ file that is not compressed.
func npz(_ arrays: [(name: String, npy: [UInt8])]) -> [UInt8] {
  var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
  for (name, content) in arrays {
    let name = Array("\(name).npy".utf8)
    let size = littleEndian(UInt32(content.count), 4)
    // Flags, method, time and date are 0.
    let common =
      [UInt8](repeating: 0, count: 8) + littleEndian(checksum(content), 4) + size + size
      + littleEndian(UInt32(name.count), 2) + [0, 0]
    let place = littleEndian(UInt32(bytes.count), 4)
    directory +=
      [0x50, 0x4B, 1, 2, 20, 0, 20, 0] + common + [UInt8](repeating: 0, count: 10) + place + name
    bytes += [0x50, 0x4B, 3, 4, 20, 0] + common + name + content
  }
  let count = littleEndian(UInt32(arrays.count), 2)
  return bytes + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count
    + littleEndian(UInt32(directory.count), 4) + littleEndian(UInt32(bytes.count), 4) + [0, 0]
}

/// The files of `Fixtures/arrays.json`: NPY, NPZ and pickles as NumPy and Python 2 write them.
func arrayFixtures() throws -> [String: [UInt8]] {
  try decoded([String: Data].self, "arrays.json").mapValues {
    [UInt8]($0)
  }
}

/// A member of a tar archive, with its header and its padding.
func tarMember(_ name: String, _ bytes: [UInt8], kind: Character = "0") -> [UInt8] {
  var header = [UInt8](repeating: 0, count: 512)
  header.replaceSubrange(0..<name.utf8.count, with: Array(name.utf8))
  let size = String(bytes.count, radix: 8)
  let field = Array((String(repeating: "0", count: 11 - size.count) + size).utf8)
  header.replaceSubrange(124..<135, with: field)
  header[156] = kind.asciiValue ?? 0
  return header + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
}

/// A gzip file of few bytes that goes on with so many zeros: one deflate block of fixed codes. Its
/// checksum is wrong, for nobody should come that far.
func gzipBomb(_ start: [UInt8], zeros: Int) -> [UInt8] {
  var (bytes, buffer, filled): ([UInt8], UInt32, UInt32) = ([], 0, 0)
  func put(_ code: UInt32, _ length: UInt32) {
    // Codes go in from their highest bit on.
    for bit in (0..<length).reversed() {
      buffer |= (code >> bit & 1) << filled
      filled += 1
      if filled == 8 {
        bytes.append(UInt8(buffer))
        (buffer, filled) = (0, 0)
      }
    }
  }
  func literal(_ byte: UInt8) {
    byte < 144 ? put(0x30 + UInt32(byte), 8) : put(0x190 + UInt32(byte) - 144, 9)
  }
  // The last block, of fixed codes.
  put(0b1, 1)
  put(0b10, 2)
  for byte in start { literal(byte) }
  literal(0)
  let repetitions = (zeros - 1) / 258
  var done = 0
  // 258 bytes, as the one before: 13 bits. Eight of them are whole bytes again.
  while done < repetitions, done < 8 || filled != 0 {
    put(0b1100_0101, 8)
    put(0, 5)
    done += 1
  }
  let mark = bytes.count
  for _ in 0..<8 {
    put(0b1100_0101, 8)
    put(0, 5)
  }
  var pattern = Array(bytes[mark...])
  let rest = max(1, (repetitions - done) / 8 - 1) * pattern.count
  while pattern.count < rest { pattern += pattern }
  bytes += pattern.prefix(rest)
  put(0, 7)
  if filled > 0 { put(0, 8 - filled) }
  return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255] + bytes + [UInt8](repeating: 0, count: 8)
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
