import Settings
import Files
import Learning
import SystemPackage
import TestSupport
import Testing

/// A PNG file whose pixels are stored, not compressed.
///
/// - Parameters:
///   - color: PNG's type: 0 gray, 2 RGB, 3 palette, 4 and 6 with alpha.
///   - chunks: Written before the pixels.
func png(
  _ width: Int, _ height: Int, _ pixels: [UInt8], color: UInt8, depth: UInt8 = 8,
  chunks: [(name: String, bytes: [UInt8])] = []
) -> [UInt8] {
  func bigEndian(_ number: UInt32) -> [UInt8] { littleEndian(number, 4).reversed() }
  func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
    let content = Array(name.utf8) + bytes
    return bigEndian(UInt32(bytes.count)) + content + bigEndian(checksum(content))
  }
  let rowSize = pixels.count / height
  let rows = (0..<height).flatMap { [0] + pixels[$0 * rowSize..<($0 + 1) * rowSize] }
  var (a, b): (UInt32, UInt32) = (1, 0)
  for byte in rows {
    a = (a + UInt32(byte)) % 65521
    b = (b + a) % 65521
  }
  let size = UInt32(rows.count)
  let stream =
    [0x78, 1, 1] + littleEndian(size, 2) + littleEndian(~size, 2) + rows + bigEndian(b << 16 | a)
  let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [depth, color, 0, 0, 0]
  return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
    + chunks.flatMap { chunk($0.name, $0.bytes) } + chunk("IDAT", stream) + chunk("IEND", [])
}

@Suite("A folder of images")
struct DataImageFolderTests {
  private let gray = ImageFormat(height: 2, width: 3, channels: 1, classes: 2)
  private let color = ImageFormat(height: 2, width: 3, channels: 3, classes: 2)

  private func library(_ folder: FilePath) -> DatasetLibrary {
    DatasetLibrary(DatasetLocations(below: folder))
  }

  private func write(_ bytes: [UInt8], _ path: String, in folder: FilePath) throws {
    let file = folder.appending("own").appending(FilePath(path).components)
    try FileSystem.createFolders(file.removingLastComponent())
    try AtomicFile.write(bytes, to: file)
  }

  /// Three cats and one dog to train on, one of each to test.
  private func writePets(to folder: FilePath, channels: Int) throws -> OwnData {
    func image(_ first: UInt8) -> [UInt8] {
      png(
        3, 2, (0..<UInt8(6 * channels)).map { first + $0 },
        color: channels == 1 ? 0 : 2)
    }
    try write(image(0), "train/cat/a.png", in: folder)
    try write(image(20), "train/cat/b.PNG", in: folder)
    try write(image(40), "train/cat/c.png", in: folder)
    try write(image(60), "train/dog/x.png", in: folder)
    try write(image(80), "test/cat/a.png", in: folder)
    try write(image(100), "test/dog/a.png", in: folder)
    try write([1], "train/.DS_Store", in: folder)
    try write([1], "train/dog/.hidden", in: folder)
    return .path("\(folder)/own")
  }

  @Test func `has a class for each folder, of which examples come in turn`() throws {
    try withTemporaryFolder { folder in
      let data = try writePets(to: folder, channels: 1)
      for _ in 0..<2 {
        let prepared = try library(folder).prepare(.imageFolder, own: data, format: gray).dataset
        #expect(prepared.classNames == ["cat", "dog"])
        let dataset = try prepared.open()
        #expect((0..<4).map { dataset.train.label($0) } == [0, 1, 0, 0])
        #expect((0..<4).map { dataset.train.pixels($0)[0] } == [0, 60, 20, 40])
        #expect(Array(dataset.test.pixels(1)) == [100, 101, 102, 103, 104, 105])
        #expect(dataset.train.channels == 1 && dataset.train.height == 2)
        #expect(library(folder).counts(of: .imageFolder, own: data) == (4, 2))
      }
      #expect(try library(folder).format(of: .imageFolder, own: data) == gray)
    }
  }

  @Test func `of colors is the same data as an array of its pixels`() throws {
    try withTemporaryFolder { folder in
      let data = try writePets(to: folder, channels: 3)
      let prepared = try library(folder).prepare(.imageFolder, own: data, format: color).dataset
      let dataset = try prepared.open()
      #expect(dataset.train.channels == 3)
      #expect(Array(dataset.train.pixels(1).prefix(3)) == [60, 63, 66])
      #expect(try library(folder).format(of: .imageFolder, own: data) == color)
      func pixels(_ firsts: [UInt8]) -> [UInt8] {
        firsts.flatMap { first in
          (0..<18).map { first + $0 }
        }
      }
      let arrays = folder.appending("own").appending("arrays")
      try FileSystem.createFolders(arrays)
      for (name, bytes) in [
        ("x_train", npy([4, 2, 3, 3], pixels([0, 60, 20, 40]))),
        ("y_train", npy([4], [0, 1, 0, 0])),
        ("x_test", npy([2, 2, 3, 3], pixels([80, 100]))), ("y_test", npy([2], [0, 1])),
      ] { try AtomicFile.write(bytes, to: arrays.appending("\(name).npy")) }
      let other = try library(folder).prepare(.files, own: .path("\(arrays)"), format: color)
        .dataset
      #expect(other.digest == prepared.digest && other.classNames == nil)
    }
  }

  @Test func `is read again where a file of it has changed`() throws {
    try withTemporaryFolder { folder in
      let data = try writePets(to: folder, channels: 1)
      func digest() throws -> String {
        try library(folder).digest(of: .imageFolder, own: data, format: gray)
      }
      let first = try digest()
      #expect(try digest() == first)
      try write(png(3, 2, [9, 9, 9, 9, 9, 9], color: 0), "train/dog/x.png", in: folder)
      let second = try digest()
      #expect(second != first)
      try write(png(3, 2, [8, 8, 8, 8, 8, 8], color: 0), "train/dog/y.png", in: folder)
      #expect(try digest() != second)
    }
  }

  @Test func `that does not fit is an error that names the file`() throws {
    let six: [UInt8] = [1, 2, 3, 4, 5, 6]
    let cases: [(what: String, path: String, bytes: [UInt8]?)] = [
      ("a text file", "train/cat/notes.txt", [1]),
      ("no PNG", "train/cat/d.png", Array("GIF89a".utf8)),
      ("another size", "train/cat/d.png", png(2, 3, six, color: 0)),
      ("colors among gray", "test/dog/d.png", png(3, 2, six + six + six, color: 2)),
      ("alpha", "train/cat/d.png", png(3, 2, six + six, color: 4)),
      (
        "transparent pixels", "train/cat/d.png",
        png(3, 2, six, color: 0, chunks: [("tRNS", [0, 1])])
      ),
      ("16 bits", "train/cat/d.png", png(3, 2, six + six, color: 0, depth: 16)),
      ("cut off", "train/cat/d.png", Array(png(3, 2, six, color: 0).dropLast(30))),
      (
        "a wrong byte", "train/cat/d.png",
        {
          var bytes = png(3, 2, six, color: 0)
          bytes[50] ^= 1
          return bytes
        }()
      ),
      ("a file beside the classes", "train/all.png", png(3, 2, six, color: 0)),
      ("a class of its own", "test/fox/a.png", png(3, 2, six, color: 0)),
      ("a third class", "train/fox/a.png", png(3, 2, six, color: 0)),
      ("an empty class", "train/cow/.keep", []),
      ("no test part", "test", nil),
    ]
    var texts = ""
    for example in cases {
      try withTemporaryFolder { folder in
        let data = try writePets(to: folder, channels: 1)
        if let bytes = example.bytes {
          try write(bytes, example.path, in: folder)
        } else {
          try FileSystem.removeTree(folder.appending("own").appending(example.path))
        }
        let error = #expect(throws: DatasetError.self, "\(example.what)") {
          try library(folder).digest(of: .imageFolder, own: data, format: gray)
        }
        texts += "\(example.what)\n  " + text(of: error, in: folder)
      }
    }
    try withTemporaryFolder { folder in
      let data = try writePets(to: folder, channels: 3)
      let error = #expect(throws: DatasetError.self) {
        try library(folder).digest(of: .imageFolder, own: data, format: gray)
      }
      texts += "colors\n  " + text(of: error, in: folder)
    }
    try expectSnapshot(texts, named: "image-folder.txt")
  }

  @Test func `gives pixels as they lie in the file, whatever it says of colors`() throws {
    try withTemporaryFolder { folder in
      let data = try writePets(to: folder, channels: 1)
      let six: [UInt8] = [0, 50, 100, 150, 200, 250]
      // A gamma of 1 would brighten all that is between black and white.
      let linear: [UInt8] = [0, 1, 0x86, 0xA0]
      try write(
        png(3, 2, six, color: 0, chunks: [("gAMA", linear)]), "test/cat/a.png", in: folder)
      // Four bits a pixel.
      try write(
        png(3, 2, [0x0F, 0x30, 0x5A, 0x10], color: 0, depth: 4), "test/dog/a.png", in: folder)
      let dataset = try library(folder).prepare(.imageFolder, own: data, format: gray).dataset
      let test = try dataset.open().test
      withExtendedLifetime(test) {
        #expect(Array(test.pixels(0)) == six)
        #expect(Array(test.pixels(1)) == [0, 255, 51, 85, 170, 17])
      }
    }
    try withTemporaryFolder { folder in
      let data = try writePets(to: folder, channels: 3)
      let palette: [UInt8] = [1, 2, 3, 40, 50, 60, 7, 8, 9]
      try write(
        png(3, 2, [0, 1, 2, 2, 1, 0], color: 3, chunks: [("PLTE", palette)]), "test/cat/a.png",
        in: folder)
      let dataset = try library(folder).prepare(.imageFolder, own: data, format: color).dataset
      let test = try dataset.open().test
      withExtendedLifetime(test) {
        #expect(Array(test.pixels(0).prefix(6)) == [1, 40, 7, 7, 40, 1])
      }
    }
  }
}

@Suite("Names of classes")
struct DataClassNameTests {
  @Test func `are known of built-in datasets`() throws {
    try withTemporaryFolder { folder in
      let library = DatasetLibrary(DatasetLocations(below: folder))
      for name in DatasetName.allCases {
        let names = try library.classNames(of: name)
        #expect(names?.count == library.format(of: name)?.classes)
        #expect(Set(names ?? []).count == names?.count ?? 0)
      }
      #expect(try library.classNames(of: .fashionMNIST)?.last == "Ankle boot")
      #expect(try library.classNames(of: .cifar10)?.first == "airplane")
    }
  }

  @Test func `of own arrays are the lines of classes.txt beside them`() throws {
    try withTemporaryFolder { folder in
      let library = DatasetLibrary(DatasetLocations(below: folder))
      let format = ImageFormat(height: 2, width: 2, channels: 1, classes: 3)
      let own = folder.appending("own")
      try FileSystem.createFolders(own)
      let arrays = [
        ("x_train", npy([3, 2, 2], Array(0..<12))), ("y_train", npy([3], [0, 1, 0])),
        ("x_test", npy([1, 2, 2], Array(0..<4))), ("y_test", npy([1], [1])),
      ]
      for (name, bytes) in arrays {
        try AtomicFile.write(bytes, to: own.appending("\(name).npy"))
      }
      try AtomicFile.write(npz(arrays.map { (name: $0.0, npy: $0.1) }), to: own.appending("d.npz"))
      let all: [OwnData] = [.path("\(own)"), .path("\(own)/d.npz")]
      for data in all {
        #expect(try library.classNames(of: .files, own: data) == nil)
        #expect(try library.format(of: .files, own: data).classes == 2)
      }
      try AtomicFile.write("  old   oak\nelm\u{1B}[31m\nash\n", to: own.appending("classes.txt"))
      for data in all {
        let dataset = try library.prepare(.files, own: data, format: format).dataset
        #expect(dataset.classNames == ["old oak", "elm?[31m", "ash"])
        #expect(try library.format(of: .files, own: data) == format)
      }
      var texts = ""
      for content in ["a\nb\n", "a\n\nb\n", ""] {
        try AtomicFile.write(content, to: own.appending("classes.txt"))
        let error = #expect(throws: DatasetError.self) {
          _ = try library.prepare(.files, own: .path("\(own)"), format: format)
        }
        texts += text(of: error, in: folder)
      }
      try expectSnapshot(texts, named: "class-names.txt")
    }
  }

  @Test func `and shapes of own data are read from headers`() throws {
    try withTemporaryFolder { folder in
      let library = DatasetLibrary(DatasetLocations(below: folder))
      func format(_ images: [UInt8], _ ending: String) throws -> ImageFormat {
        let paths = ["a", "b", "c", "d"].map { "\(folder)/\($0)\(ending)" }
        let labels = IDX.header([2]) + [4, 6]
        for (path, bytes) in zip(paths, [images, labels, images, labels]) {
          try AtomicFile.write(bytes, to: FilePath(path))
        }
        return try library.format(
          of: .files,
          own: .files(
            trainImages: paths[0], trainLabels: paths[1], testImages: paths[2],
            testLabels: paths[3]))
      }
      func shape(_ height: Int, _ width: Int, _ channels: Int) -> ImageFormat {
        ImageFormat(height: height, width: width, channels: channels, classes: 7)
      }
      let idx = IDX.header([2, 5, 6]) + [UInt8](repeating: 0, count: 60)
      let gray = try format(idx, "")
      #expect(gray == shape(5, 6, 1))
      let rows = [UInt8](repeating: 0, count: 180)
      #expect(try format(npy([2, 5, 6, 3], rows), "1") == shape(5, 6, 3))
      #expect(try format(npy([2, 3, 5, 6], rows), "2") == shape(5, 6, 3))
      #expect(
        try format(npy([2, 3, 3, 3], [UInt8](repeating: 0, count: 54)), "3") == shape(3, 3, 3))
      // What follows a header is not looked at.
      #expect(try format(npy([2, 5, 6], [1, 2]), "4") == shape(5, 6, 1))
      #expect(try format(gzip(IDX.header([2, 5, 6]) + [1]), "5") == shape(5, 6, 1))
    }
  }
}
