import Files
import Learning
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("IDX and gzip files")
struct DataFormatTests {
  /// What is done to a tiny data set before it is opened.
  enum Damage: String, CaseIterable {
    case shortHeader = "short-header"
    case wrongMagic = "wrong-magic"
    case compressed
    case truncated
    case tooLong = "too-long"
    case empty
    case huge
    case fewerLabels = "fewer-labels"
    case labelOutOfRange = "label-out-of-range"
    case missing
  }

  @Test(arguments: Damage.allCases)
  func `a damaged file is named with what was expected and found`(damage: Damage) throws {
    var tiny = TinyDataset()
    switch damage {
    case .shortHeader: tiny.train = Array(tiny.train.prefix(7))
    case .wrongMagic: swap(&tiny.train, &tiny.trainLabels)
    case .compressed: tiny.train = gzip(tiny.train)
    case .truncated: tiny.train.removeLast(5)
    case .tooLong: tiny.train.append(0)
    case .empty: tiny.train = IDX.header([0, 28, 28])
    case .huge: tiny.train = IDX.header([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF]) + [1]
    case .fewerLabels: tiny.trainLabels = IDX.header([2]) + [0, 1]
    case .labelOutOfRange: tiny.trainLabels[8 + 1] = 10
    case .missing: break
    }
    try withTemporaryFolder { folder in
      try tiny.write(to: folder)
      if damage == .missing { try FileSystem.removeTree(folder.appending(tiny.files[0].name)) }
      let error = #expect(throws: DatasetError.self) {
        try Dataset.Split(
          images: folder.appending(DatasetFileName.trainImages),
          labels: folder.appending(DatasetFileName.trainLabels), classes: 10)
      }
      try expectSnapshot(text(of: error, in: folder), named: "idx-\(damage.rawValue).txt")
    }
  }

  @Test func `gzip gives back what was compressed, large files too`() throws {
    let bytes = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    #expect(try Gzip.decompress(gzip(bytes), limit: bytes.count, origin: "x") == bytes)
    #expect(try Gzip.decompress(gzip([]), limit: 0, origin: "x").isEmpty)
  }

  @Test func `every shortened gzip file is called truncated`() throws {
    let whole = gzip(Array("some bytes".utf8))
    for length in 0..<whole.count {
      let error = #expect(throws: DatasetError.self) {
        try Gzip.decompress(Array(whole.prefix(length)), limit: 100, origin: "x.gz")
      }
      #expect(error?.code == .truncated, "\(length) bytes: \(String(describing: error))")
    }
  }

  @Test func `a gzip bomb is decompressed no further than its header says`() throws {
    let bomb = gzipBomb(IDX.header([4, 2, 2]), zeros: 1 << 30)
    var most = 0
    let error = #expect(throws: DatasetError.self) {
      try Gzip.decompressIDX(bomb, .images, origin: "x.gz", produced: { most = max(most, $0) })
    }
    #expect(error?.message == "holds more than the 32 bytes expected")
    // One piece, before the header is known.
    #expect(most <= 1 << 18)
    let large = gzipBomb(IDX.header([1000, 28, 28]), zeros: 1 << 26)
    most = 0
    #expect(throws: DatasetError.self) {
      try Gzip.decompressIDX(large, .images, origin: "x.gz", produced: { most = max(most, $0) })
    }
    #expect(most == IDX.header([1000, 28, 28]).count + 784_000 + 1)
    // What no file of such a shape can be is said without a body.
    let impossible = gzipBomb(IDX.header([65536, 65536, 65536]), zeros: 1 << 20)
    let refused = #expect(throws: DatasetError.self) {
      try Gzip.decompressIDX(impossible, .images, origin: "x.gz")
    }
    #expect(refused?.message.hasPrefix("its header promises 281474976710672 bytes") == true)
  }

  @Test func `damaged gzip files are refused`() throws {
    let whole = gzip(Array("some bytes".utf8))
    var broken = whole
    broken[18] ^= 1
    let cases: [([UInt8], Int)] = [
      (broken, 100), (whole + [0, 0], 100), (whole, 5), (Array("plain text, no gzip".utf8), 100),
    ]
    var lines = ""
    for (bytes, limit) in cases {
      let error = #expect(throws: DatasetError.self) {
        try Gzip.decompress(bytes, limit: limit, origin: "x.gz")
      }
      #expect(error?.code == .malformed)
      lines += error.map { "\($0)\n" } ?? "no error\n"
    }
    try expectSnapshot(lines, named: "gzip-errors.txt")
  }
}
