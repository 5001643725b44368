import Files
import Learning
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("The data of CIFAR-10")
struct DataArchiveTests {
  private static let pixels = 3 * 32 * 32

  private func record(label: UInt8, fill: UInt8) -> [UInt8] {
    [label] + (0..<Self.pixels).map { UInt8(truncatingIfNeeded: Int(fill) + $0 / 1024) }
  }

  private func archive() -> [UInt8] {
    gzip(
      tarMember("cifar/", [], kind: "5")
        + tarMember("cifar/one.bin", record(label: 7, fill: 10) + record(label: 2, fill: 20))
        + tarMember("cifar/readme.html", Array("not a picture".utf8))
        + tarMember("cifar/two.bin", record(label: 9, fill: 30) + record(label: 0, fill: 40))
        + tarMember("cifar/test.bin", record(label: 1, fill: 50) + record(label: 3, fill: 60))
        + [UInt8](repeating: 0, count: 1024))
  }

  private func library(
    _ folder: FilePath, _ archive: [UInt8], members: [String] = ["one.bin", "two.bin"]
  ) -> DatasetLibrary {
    var downloader = Downloader()
    downloader.protocols = "file"
    return DatasetLibrary(
      DatasetLocations(below: folder),
      cifar10: PublishedArchive(
        file: "tiny.tar.gz", sha256: digest(archive), sizeLimit: 1 << 20, trainMembers: members,
        testMembers: ["test.bin"], records: 2, mirrors: ["file://\(folder)/mirror"]),
      downloader: downloader)
  }

  @Test(arguments: ["mirror", "data/cifar10", "own"])
  func `is downloaded or found, checked and unpacked`(place: String) throws {
    try withTemporaryFolder { folder in
      let archive = archive()
      let place = folder.pushing(FilePath(place))
      try FileSystem.createFolders(place)
      try AtomicFile.write(archive, to: place.appending("tiny.tar.gz"))
      let library = library(folder, archive)
      let named = place.lastComponent == "own" ? place : nil
      for _ in 0..<2 {
        let dataset = try library.prepare(.cifar10, from: named).dataset.open()
        #expect((0..<4).map { dataset.train.label($0) } == [7, 2, 9, 0])
        #expect((0..<2).map { dataset.test.label($0) } == [1, 3])
        #expect(dataset.train.channels == 3 && dataset.train.height == 32)
        // Channels first, as the archive has them.
        #expect([0, 1024, 2048].map { dataset.train.pixels(2)[$0] } == [30, 31, 32])
        // The second time it comes from the cache.
        try FileSystem.removeTree(folder.appending("mirror"))
      }
    }
  }

  @Test func `that is not the published one is refused`() throws {
    try withTemporaryFolder { folder in
      let user = folder.appending("data").appending("cifar10")
      try FileSystem.createFolders(user)
      var damaged = archive()
      damaged[100] ^= 1
      try AtomicFile.write(damaged, to: user.appending("tiny.tar.gz"))
      var texts = ""
      for library in [
        library(folder, archive()), library(folder, damaged),
        library(folder, archive(), members: ["one.bin", "three.bin"]),
      ] {
        let error = #expect(throws: DatasetError.self) {
          try library.prepare(.cifar10, fallback: .syntheticDigits)
        }
        texts += text(of: error, in: folder)
        try AtomicFile.write(archive(), to: user.appending("tiny.tar.gz"))
        if texts.split(separator: "\n").count == 1 {
          try AtomicFile.write(damaged, to: user.appending("tiny.tar.gz"))
        }
      }
      try expectSnapshot(texts, named: "archive.txt")
    }
  }

  @Test func `that is nowhere is unavailable`() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: DatasetError.self) {
        try library(folder, archive()).prepare(.cifar10)
      }
      #expect(error?.code == .unavailable)
      let named = #expect(throws: DatasetError.self) {
        try library(folder, archive()).prepare(.cifar10, from: folder, fallback: .syntheticDigits)
      }
      #expect(named?.code == .incomplete)
    }
  }
}

@Suite("The data of CIFAR-10's Python version")
struct DataPickledArchiveTests {
  private typealias Member = PublishedArchive.Pickled.Member

  private func library(
    _ folder: FilePath, _ files: [String: [UInt8]], _ archive: [UInt8]
  ) throws -> DatasetLibrary {
    func member(_ name: String) throws -> Member {
      Member(name, md5: md5(of: try #require(files[name])))
    }
    let train = [try member("data_batch_1"), try member("data_batch_2")]
    var locations = DatasetLocations(below: folder)
    locations.shared = [
      DatasetLocations.SharedFolder(folder.appending("keras"), owner: "Keras's folder")
    ]
    return DatasetLibrary(
      locations,
      cifar10: PublishedArchive(
        file: "tiny.tar.gz", sha256: "0000", sizeLimit: 1 << 20, trainMembers: ["1", "2"],
        testMembers: ["3"], records: 2, mirrors: [],
        pickled: PublishedArchive.Pickled(
          files: ["tiny-python.tar.gz", "tiny-py.tar.gz"], sha256: digest(archive),
          folders: ["tiny-py", "tiny-target/tiny-py"], trainMembers: train,
          testMembers: [try member("test_batch")])))
  }

  private static let places = [
    "data/tiny-python.tar.gz", "data/cifar10/tiny-python.tar.gz", "keras/tiny-py.tar.gz",
    "own/tiny-python.tar.gz", "data/tiny-py/", "data/cifar10/tiny-py/", "keras/tiny-py/",
    "keras/tiny-target/tiny-py/", "own/tiny-py/", "own/",
  ]

  @Test(arguments: places)
  func `is found as torchvision and Keras have it, and checked`(place: String) throws {
    try withTemporaryFolder { folder in
      let files = try arrayFixtures().filter { $0.key.contains("_batch") }
      let archive = gzip(
        files.sorted { $0.key < $1.key }.reduce(into: tarMember("tiny-py/", [], kind: "5")) {
          $0 += tarMember("tiny-py/\($1.key)", $1.value)
        })
      let path = folder.pushing(FilePath(place))
      func write(_ change: (inout [UInt8]) -> Void = { _ in }) throws {
        guard place.hasSuffix("/") else {
          var archive = archive
          change(&archive)
          try FileSystem.createFolders(path.removingLastComponent())
          return try AtomicFile.write(archive, to: path)
        }
        try FileSystem.createFolders(path)
        for (name, bytes) in files {
          var bytes = bytes
          if name == "test_batch" { change(&bytes) }
          try AtomicFile.write(bytes, to: path.appending(name))
        }
      }
      let library = try library(folder, files, archive)
      let named = place.hasPrefix("own") ? folder.appending("own") : nil
      try write()
      for _ in 0..<2 {
        let dataset = try library.prepare(.cifar10, from: named).dataset
        #expect(dataset.digest == "sha256:0000")
        let data = try dataset.open()
        #expect((0..<4).map { data.train.label($0) } == [7, 2, 9, 0])
        #expect((0..<2).map { data.test.label($0) } == [1, 3])
        #expect([0, 1024, 2048].map { data.train.pixels(2)[$0] } == [30, 31, 32])
      }
      // What was found right before is in the cache.
      try FileSystem.removeTree(folder.appending("cache").appending("datasets"))
      try write { $0[300] ^= 1 }
      let error = #expect(throws: DatasetError.self) {
        try library.prepare(.cifar10, from: named)
      }
      #expect(error?.code == (place.hasPrefix("keras") ? .unavailable : .wrongDigest))
      if place.hasSuffix("/"), !place.hasPrefix("keras") {
        try FileSystem.removeTree(path.appending("data_batch_2"))
        let error = #expect(throws: DatasetError.self) {
          try library.prepare(.cifar10, from: named)
        }
        #expect(error?.message == "data_batch_1 is there, but data_batch_2 is missing")
      }
    }
  }
}

@Suite("Data of which only the compressed files' digests are published")
struct DataCompressedDigestTests {
  @Test func `are checked before they are decompressed`() throws {
    try withTemporaryFolder { folder in
      let tiny = TinyDataset()
      let shapes = [[3, 2, 2], [3], [2, 2, 2], [2]]
      let published = PublishedDataset(
        .kmnist, torchvisionFolder: "KMNIST/raw",
        files: zip(tiny.files, shapes).map { file, shape in
          PublishedDataset.File(file.name, dimensions: shape, .compressed(digest(gzip(file.bytes))))
        }, mirrors: [])
      let library = DatasetLibrary(DatasetLocations(below: folder), published: [published])
      let user = folder.appending("data").appending("kmnist")
      try tiny.writeCompressed(to: user)
      let dataset = try library.prepare(.kmnist).dataset
      #expect(FilePath(dataset.folder).starts(with: folder.appending("cache")))
      #expect(try dataset.open().train.label(0) == 9)
      var other = tiny
      other.train[20] ^= 1
      try other.writeCompressed(to: user)
      let wrong = #expect(throws: DatasetError.self) { try library.prepare(.kmnist) }
      #expect(wrong?.code == .wrongDigest)
    }
  }
}
