import Files
import Learning
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("NPY and NPZ files")
struct DataArrayTests {
  private let files: [String: [UInt8]]

  init() throws { files = try arrayFixtures() }

  private func idx(_ name: String, _ kind: IDX.Kind) throws -> [UInt8] {
    try NPY.array(of: try #require(files[name]), origin: name).idx(kind, origin: name)
  }

  @Test(
    arguments: ["u1", "u1-2", "u1-3", "f4", "f8", "i4-images", "python2"])
  func `of images are read, whatever type and version`(name: String) throws {
    let expected = IDX.header([4, 2, 3]) + (0..<24).map { UInt8(10 * $0) }
    #expect(try idx("\(name).npy", .images) == expected)
  }

  @Test(arguments: ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "column"])
  func `of labels are read, whatever type`(name: String) throws {
    #expect(try idx("labels-\(name).npy", .labels) == IDX.header([4]) + [3, 0, 1, 2])
  }

  @Test func `of other kinds are refused with what to do instead`() throws {
    var texts = ""
    for name in files.keys.sorted() where name.hasPrefix("bad-") {
      let kind: IDX.Kind = name.contains("label") || name.contains("hot") ? .labels : .images
      let error = #expect(throws: DatasetError.self, "\(name)") { try idx(name, kind) }
      texts += error.map { "\($0)\n" } ?? "\(name): no error\n"
    }
    try expectSnapshot(texts, named: "arrays-refused.txt")
  }

  @Test(arguments: ["stored.npz", "compressed.npz"])
  func `together in one file are found by their names`(name: String) throws {
    let archive = try ZipArchive(try #require(files[name]), origin: name)
    let images = try archive.array("x_train", origin: name).idx(.images, origin: name)
    #expect(images == IDX.header([4, 2, 3]) + (0..<24).map { UInt8(10 * $0) })
    let labels = try archive.array("y_test", origin: name).idx(.labels, origin: name)
    #expect(labels == IDX.header([2]) + [3, 0])
    let error = #expect(throws: DatasetError.self) {
      try archive.array("x_valid", origin: name)
    }
    #expect(
      error?.message
        == "there is no such array; the file holds x_test, x_train, y_test, y_train")
  }

  @Test func `that hold more than their header says are not decompressed`() throws {
    let archive = try ZipArchive(try #require(files["bomb.npz"]), origin: "bomb.npz")
    let error = #expect(throws: DatasetError.self) {
      try archive.array("x_train", origin: "bomb.npz")
    }
    #expect(error?.message == "holds more than the 152 bytes expected")
  }

  @Test func `every shortened file is an error`() throws {
    for name in ["u1.npy", "compressed.npz", "stored.npz"] {
      let whole = try #require(files[name])
      for length in 0..<whole.count {
        let bytes = Array(whole.prefix(length))
        #expect(throws: DatasetError.self, "\(name): \(length) bytes") {
          if name.hasSuffix("npy") {
            _ = try NPY.array(of: bytes, origin: name)
          } else {
            _ = try ZipArchive(bytes, origin: name)
          }
        }
      }
    }
  }
}

@Suite("Own arrays")
struct DataOwnArraysTests {
  private let files: [String: [UInt8]]
  private let format = ImageFormat(height: 2, width: 3, channels: 1, classes: 4)

  init() throws { files = try arrayFixtures() }

  private func library(_ folder: FilePath) -> DatasetLibrary {
    DatasetLibrary(DatasetLocations(below: folder))
  }

  /// Writes the same data in four ways.
  private func write(to folder: FilePath) throws -> [(DatasetName, OwnData)] {
    let archive = try #require(files["compressed.npz"])
    try AtomicFile.write(archive, to: folder.appending("data.npz"))
    let zip = try ZipArchive(archive, origin: "")
    let names = ["x_train", "y_train", "x_test", "y_test"]
    let idxNames = ["train-images", "train-labels", "test-images", "test-labels"]
    for part in ["npy", "idx"] { try FileSystem.createFolders(folder.appending(part)) }
    for (index, name) in names.enumerated() {
      let kind: IDX.Kind = index.isMultiple(of: 2) ? .images : .labels
      let bytes = try zip.array(name, origin: "").idx(kind, origin: "")
      let header = IDX.headerSize(rank: kind == .images ? 3 : 1)
      let shape = kind == .images ? [(bytes.count - header) / 6, 2, 3] : [bytes.count - header]
      try AtomicFile.write(
        npy(shape, Array(bytes.dropFirst(header))), to: folder.appending("npy/\(name).npy"))
      try AtomicFile.write(gzip(bytes), to: folder.appending("idx/\(idxNames[index]).gz"))
    }
    func npyFile(_ name: String) -> String { "\(folder)/npy/\(name).npy" }
    return [
      (.files, .path("\(folder)/data.npz")), (.files, .path("\(folder)/npy")),
      (.idx, .path("\(folder)/idx")),
      (
        .files,
        .files(
          trainImages: npyFile("x_train"), trainLabels: npyFile("y_train"),
          testImages: "\(folder)/idx/test-images.gz", testLabels: npyFile("y_test"))
      ),
    ]
  }

  @Test func `are the same data in whatever files they lie`() throws {
    try withTemporaryFolder { folder in
      var digests: Set<String> = []
      for (name, data) in try write(to: folder) {
        for _ in 0..<2 {
          let dataset = try library(folder).prepare(name, own: data, format: format).dataset
          digests.insert(dataset.digest)
          digests.insert(try library(folder).digest(of: name, own: data, format: format))
          let split = try dataset.open().train
          #expect(split.count == 4 && split.height == 2 && split.width == 3)
          #expect(Array(split.pixels(1)) == [60, 70, 80, 90, 100, 110])
          #expect((0..<4).map { split.label($0) } == [3, 0, 1, 2])
          #expect(library(folder).counts(of: name, own: data) == (4, 2))
        }
      }
      #expect(digests.count == 1)
    }
  }

  @Test func `that do not fit are errors that name the user's file, before anything is copied`()
    throws
  {
    try withTemporaryFolder { folder in
      let all = try write(to: folder)
      var texts = ""
      func attempt(_ own: (name: DatasetName, data: OwnData), _ format: ImageFormat) {
        let error = #expect(throws: DatasetError.self) {
          try library(folder).digest(of: own.name, own: own.data, format: format)
        }
        texts += text(of: error, in: folder)
      }
      var few = format
      few.classes = 3
      // The first time they are read, the second time known.
      for _ in 0..<2 { for data in all { attempt(data, few) } }
      attempt(all[0], ImageFormat(height: 28, width: 28, channels: 1, classes: 4))
      let fewer = npy([3], [0, 1, 2])
      try AtomicFile.write(fewer, to: folder.appending("npy/y_train.npy"))
      attempt(all[1], format)
      try FileSystem.removeTree(folder.appending("npy/x_test.npy"))
      attempt(all[1], format)
      attempt((.files, .path("\(folder)/none.npz")), format)
      attempt((.files, .path("\(folder)/npy/x_train.npy")), format)
      try AtomicFile.write(npz([("x_train", fewer)]), to: folder.appending("data.npz"))
      attempt(all[0], format)
      try expectSnapshot(texts, named: "own-arrays.txt")
      #expect(try FileSystem.list(folder.appending("cache")) == ["verified"])
    }
  }

  @Test func `of colors are channels last where both orders fit, else as they are`() throws {
    try withTemporaryFolder { folder in
      func pixels(_ shape: [Int], _ format: ImageFormat) throws -> [UInt8] {
        let count = shape.reduce(1, *)
        let own = folder.appending(shape.map(String.init).joined(separator: "x"))
        try FileSystem.createFolders(own)
        for split in ["train", "test"] {
          try AtomicFile.write(
            npy([2] + shape, (0..<2 * count).map { UInt8($0) }),
            to: own.appending("x_\(split).npy"))
          try AtomicFile.write(npy([2, 1], [0, 1]), to: own.appending("y_\(split).npy"))
        }
        let dataset = try library(folder).prepare(.files, own: .path("\(own)"), format: format)
        let data = try dataset.dataset.open()
        // The pixels are memory of the split's.
        return withExtendedLifetime(data) { Array(data.train.pixels(0)) }
      }
      let wide = ImageFormat(height: 2, width: 2, channels: 3, classes: 2)
      let (last, first) = (try pixels([2, 2, 3], wide), try pixels([3, 2, 2], wide))
      #expect(last == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
      #expect(first == Array(0..<12))
      let cube = ImageFormat(height: 3, width: 3, channels: 3, classes: 2)
      let both = try pixels([3, 3, 3], cube)
      #expect(both.prefix(4) == [0, 3, 6, 9])
    }
  }
}
