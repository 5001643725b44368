import Files
import Learning
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("The data of own files")
struct DataOwnFilesTests {
  private static let names = [
    "train-images", "train-labels", "test-images.idx", "test-labels.idx",
  ]

  /// Writes four files: two training images, one test image.
  private func write(
    _ shape: [Int], labels: [UInt8] = [3, 1], to folder: FilePath, compressed: Bool = false
  ) throws {
    let size = shape.reduce(1, *)
    let contents = [
      IDX.header([2] + shape) + (0..<2 * size).map { UInt8($0) },
      IDX.header([2]) + labels,
      IDX.header([1] + shape) + (0..<size).map { UInt8(100 + $0) },
      IDX.header([1]) + [0],
    ]
    try FileSystem.createFolders(folder)
    for (name, bytes) in zip(Self.names, contents) {
      let path = folder.appending(compressed ? name + ".gz" : name)
      try AtomicFile.write(compressed ? gzip(bytes) : bytes, to: path)
    }
  }

  private func library(_ folder: FilePath) -> DatasetLibrary {
    DatasetLibrary(DatasetLocations(below: folder))
  }

  @Test(arguments: [false, true])
  func `are read whatever their order of channels`(compressed: Bool) throws {
    let color = ImageFormat(height: 2, width: 2, channels: 3, classes: 4)
    try withTemporaryFolder { folder in
      for (name, shape) in [("last", [2, 2, 3]), ("first", [3, 2, 2])] {
        let own = folder.appending(name)
        try write(shape, to: own, compressed: compressed)
        let dataset = try library(folder).prepare(.idx, own: .path("\(own)"), format: color)
          .dataset
        let split = try dataset.open().train
        #expect(split.count == 2 && split.channels == 3 && split.height == 2)
        // The second image's first channel.
        let expected: [UInt8] = name == "last" ? [12, 15, 18, 21] : [12, 13, 14, 15]
        #expect(Array(split.pixels(1).prefix(4)) == expected)
        #expect(split.label(0) == 3)
        #expect(try library(folder).digest(of: .idx, own: .path("\(own)")) == dataset.digest)
      }
    }
  }

  @Test func `tell where their classes begin, and are read once for it`() throws {
    try withTemporaryFolder { folder in
      let own = folder.appending("own")
      try write([2, 2], labels: [3, 1], to: own)
      let first = try library(folder).facts(of: .idx, own: .path("\(own)"))
      #expect(first.classes?.firsts == [nil, 1, nil, 0])
      #expect(
        first.classes?.warning
          == "the training labels are 1...3: they count as 4 classes, and class 0 has no example")
      // From what was noted of them.
      let again = try library(folder).facts(of: .idx, own: .path("\(own)"))
      #expect(again.classes == first.classes && again.digest == first.digest)
      // Notes of another form are not taken for it.
      for note in try FileSystem.list(folder.appending("cache/verified")) {
        let path = folder.appending("cache/verified/\(note)")
        let text = try FileSystem.readText(path, limit: 1 << 16)
        try AtomicFile.write(Array(text.replacing("first:", with: "").utf8), to: path)
      }
      let reread = try library(folder).facts(of: .idx, own: .path("\(own)"))
      #expect(reread.classes == first.classes)

      try write([2, 2], labels: [1, 0], to: own)
      #expect(try library(folder).facts(of: .idx, own: .path("\(own)")).classes?.warning == nil)
    }
  }

  @Test func `that are not there are like what is there`() throws {
    try withTemporaryFolder { folder in
      try write([2, 2], to: folder.appending("digits"))
      let error = #expect(throws: DatasetError.self) {
        _ = try library(folder).facts(of: .idx, own: .path("\(folder)/digit"))
      }
      #expect(error?.suggestion == "did you mean `digits`?")
    }
  }

  @Test func `of one channel need no dimension for it`() throws {
    let gray = ImageFormat(height: 3, width: 2, channels: 1, classes: 4)
    try withTemporaryFolder { folder in
      for shape in [[3, 2], [3, 2, 1], [1, 3, 2]] {
        let own = folder.appending(shape.map(String.init).joined(separator: "x"))
        try write(shape, to: own)
        let split = try library(folder).prepare(.idx, own: .path("\(own)"), format: gray).dataset
          .open()
          .test
        #expect(split.channels == 1 && split.height == 3 && split.width == 2)
        #expect(Array(split.pixels(0)) == [100, 101, 102, 103, 104, 105])
      }
    }
  }

  @Test func `say what they are`() throws {
    try withTemporaryFolder { folder in
      for (shape, expected) in [
        ([6, 5], [6, 5, 1]), ([6, 5, 3], [6, 5, 3]), ([3, 6, 5], [6, 5, 3]),
        ([3, 6, 4], [3, 6, 4]),
      ] {
        let own = folder.appending(shape.map(String.init).joined(separator: "x"))
        try write(shape, labels: [3, 1], to: own)
        let format = try library(folder).format(of: .idx, own: .path("\(own)"))
        #expect([format.height, format.width, format.channels] == expected)
        #expect(format.classes == 4)
      }
      let own = folder.appending("unclear")
      try write([5, 5, 5], to: own)
      #expect(throws: DatasetError.self) {
        try library(folder).format(of: .idx, own: .path("\(own)"))
      }
    }
  }

  @Test func `that change are other data`() throws {
    let gray = ImageFormat(height: 3, width: 2, channels: 1, classes: 4)
    try withTemporaryFolder { folder in
      let own = folder.appending("own")
      try write([3, 2], to: own)
      let first = try library(folder).prepare(.idx, own: .path("\(own)"), format: gray).dataset
      try write([3, 2], labels: [2, 1], to: own)
      let second = try library(folder).prepare(.idx, own: .path("\(own)"), format: gray).dataset
      #expect(first.digest != second.digest)
      // A run that opened the first ones keeps them.
      #expect(try first.open().train.label(0) == 3)
      #expect(try second.open().train.label(0) == 2)
    }
  }

  @Test func `that do not fit are errors that say what was found`() throws {
    let gray = ImageFormat(height: 3, width: 2, channels: 1, classes: 4)
    try withTemporaryFolder { folder in
      let own = folder.appending("own")
      var texts = ""
      func attempt(_ format: ImageFormat) {
        let error = #expect(throws: DatasetError.self) {
          try library(folder).prepare(
            .idx, own: .path("\(own)"), format: format, fallback: .syntheticDigits
          ).dataset.open()
        }
        texts += text(of: error, in: folder)
      }
      attempt(gray)
      try write([3, 2], to: own)
      attempt(ImageFormat(height: 28, width: 28, channels: 1, classes: 4))
      attempt(ImageFormat(height: 3, width: 2, channels: 1, classes: 3))
      try AtomicFile.write([0, 0, 8, 3], to: own.appending("test-images.bak"))
      attempt(gray)
      try FileSystem.removeTree(own.appending("test-images.bak"))
      try FileSystem.removeTree(own.appending("train-labels"))
      attempt(gray)
      try expectSnapshot(texts, named: "own-files.txt")
    }
  }
}
