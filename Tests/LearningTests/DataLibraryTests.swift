import Files
import Learning
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("Where data sets come from")
struct DataLibraryTests {
  private static func library(
    _ folder: FilePath, mirrors: [String] = [], tiny: TinyDataset = TinyDataset()
  ) -> DatasetLibrary {
    var downloader = Downloader()
    downloader.protocols = "file"
    return DatasetLibrary(
      DatasetLocations(below: folder), published: [tiny.published(mirrors: mirrors)],
      downloader: downloader)
  }

  @Test func `the environment names the places`() {
    func cache(_ environment: [String: String]) -> String? {
      DatasetLocations(environment: environment).cacheFolder?.string
    }
    let home = ["HOME": "/home/ada"]
    #expect(cache(home) == "/home/ada/.cache/nsl-run")
    #expect(cache(home.merging(["XDG_CACHE_HOME": "/x"]) { $1 }) == "/x/nsl-run")
    #expect(cache(["XDG_CACHE_HOME": "/x", "NSL_CACHE_DIR": "/c"]) == "/c")
    #expect(cache(home.merging(["NSL_CACHE_DIR": ""]) { $1 }) == "/home/ada/.cache/nsl-run")
    #expect(cache([:]) == nil)
    #expect(DatasetLocations(environment: ["NSL_DATA_DIR": "/d"]).dataFolder == "/d")
    func shared(_ environment: [String: String]) -> [FilePath] {
      DatasetLocations(environment: environment).shared.map(\.path)
    }
    #expect(shared(home) == ["/home/ada/.keras/datasets", "data"])
    #expect(shared(["KERAS_HOME": "/k"]) == ["/k/datasets", "data"])
    #expect(shared([:]) == ["data"])
    #expect(DatasetLocations(environment: [:]).temporaryFolder == "/tmp")
  }

  @Test func `the user's plain files are used where they lie`() throws {
    try withTemporaryFolder { folder in
      let user = folder.appending("data").appending("mnist")
      try TinyDataset().write(to: user)
      let library = Self.library(folder)
      for _ in 0..<2 {
        let dataset = try library.prepare(.mnist).dataset
        #expect(dataset.folder == user.string)
        #expect(!dataset.isTemporary)
        #expect(try dataset.open().train.count == 3)
      }
      let names = try FileSystem.list(folder.appending("cache"))
      #expect(names == ["verified"])
    }
  }

  @Test func `the user's compressed files are decompressed once`() throws {
    try withTemporaryFolder { folder in
      try TinyDataset().writeCompressed(to: folder.appending("data").appending("mnist"))
      let library = Self.library(folder)
      let events = Events()
      let first = try library.prepare(.mnist, progress: events.add).dataset
      #expect(events.all.count == 4)
      let second = try library.prepare(.mnist, progress: events.add).dataset
      #expect(events.all.count == 4)
      #expect(first == second)
      #expect(FilePath(first.folder).starts(with: folder.appending("cache")))
      let dataset = try first.open()
      #expect((0..<3).map { dataset.train.label($0) } == [9, 0, 5])
      #expect(Array(dataset.test.pixels(1)) == [252, 253, 254, 255])
    }
  }

  @Test func `a user's file that changes after it was checked is checked again`() throws {
    try withTemporaryFolder { folder in
      let user = folder.appending("data").appending("mnist")
      var tiny = TinyDataset()
      let library = Self.library(folder, tiny: tiny)
      for compressed in [false, true] {
        try FileSystem.removeTree(user)
        tiny = TinyDataset()
        try compressed ? tiny.writeCompressed(to: user) : tiny.write(to: user)
        _ = try library.prepare(.mnist)
        tiny.train[20] ^= 1
        try compressed ? tiny.writeCompressed(to: user) : tiny.write(to: user)
        let error = #expect(throws: DatasetError.self) {
          try library.prepare(.mnist, fallback: .syntheticDigits)
        }
        #expect(error?.code == .wrongDigest)
      }
    }
  }

  @Test func `wrong files of the user's are errors, not reasons to look elsewhere`() throws {
    try withTemporaryFolder { folder in
      let user = folder.appending("data").appending("mnist")
      let library = Self.library(folder)
      var lines = ""
      func note(_ what: String) {
        let error = #expect(throws: DatasetError.self) {
          try library.prepare(.mnist, fallback: .syntheticDigits)
        }
        lines += "\(what):\n" + text(of: error, in: folder)
      }
      var tiny = TinyDataset()
      tiny.testLabels[8] = 7
      try tiny.write(to: user)
      note("another file's digest")
      tiny.testLabels.removeLast()
      try tiny.write(to: user)
      note("truncated")
      tiny.testLabels = IDX.header([1]) + [1]
      try tiny.write(to: user)
      note("another shape")
      try FileSystem.removeTree(user.appending(DatasetFileName.testLabels))
      note("missing")
      try FileSystem.removeTree(user)
      try TinyDataset().writeCompressed(to: user)
      let name = DatasetFileName.trainImages + ".gz"
      let bytes = try FileSystem.read(user.appending(name))
      try AtomicFile.write(bytes.dropLast(12), to: user.appending(name))
      note("truncated gzip")
      try expectSnapshot(lines, named: "data-user-errors.txt")
    }
  }

  @Test func `downloads go on with the next mirror, and into the cache`() throws {
    try withTemporaryFolder { folder in
      var other = TinyDataset()
      other.train[17] = 99
      try other.writeCompressed(to: folder.appending("bad"))
      try TinyDataset().writeCompressed(to: folder.appending("good"))
      let mirrors = ["empty", "bad", "good"].map { "file://\(folder)/\($0)" }
      let library = Self.library(folder, mirrors: mirrors)
      let first = try library.prepare(.mnist).dataset
      #expect(try first.open().train.label(0) == 9)
      try FileSystem.removeTree(folder.appending("good"))
      let second = try library.prepare(.mnist).dataset
      #expect(first == second)
    }
  }

  @Test func `a damaged cache is renewed`() throws {
    try withTemporaryFolder { folder in
      try TinyDataset().writeCompressed(to: folder.appending("good"))
      let library = Self.library(folder, mirrors: ["file://\(folder)/good"])
      let dataset = try library.prepare(.mnist).dataset
      let labels = FilePath(dataset.folder).appending(DatasetFileName.trainLabels)
      try AtomicFile.write("short", to: labels)
      _ = try library.prepare(.mnist)
      #expect(try dataset.open().train.count == 3)
    }
  }

  @Test func `where nothing helps, the error tells all that was tried`() throws {
    try withTemporaryFolder { folder in
      var library = Self.library(
        folder, mirrors: ["file://\(folder)/none", "http://127.0.0.1:9/mnist"])
      var errors = ""
      func note() {
        let error = #expect(throws: DatasetError.self) { try library.prepare(.mnist) }
        #expect(error?.code == .unavailable)
        errors += text(of: error, in: folder)
      }
      note()
      try FileSystem.createFolders(folder.appending("data").appending("mnist"))
      note()
      library.locations.dataFolder = nil
      note()
      try expectSnapshot(errors, named: "data-unavailable.txt")
    }
  }

  @Test func `the fallback is taken with its reason, only where nothing was found`() throws {
    try withTemporaryFolder { folder in
      let library = Self.library(folder)
      let preparation = try library.prepare(
        .mnist, fallback: .syntheticDigits, trainLimit: 20, testLimit: 10)
      #expect(preparation.dataset.name == .syntheticDigits)
      #expect(preparation.fallbackReason?.code == .unavailable)
      try TinyDataset().write(to: folder.appending("data").appending("mnist"))
      let found = try library.prepare(.mnist, fallback: .syntheticDigits)
      #expect(found.dataset.name == .mnist)
      #expect(found.fallbackReason == nil)
    }
  }

  @Test func `what is known beforehand needs no download, but the folder that a spec names`() throws
  {
    try withTemporaryFolder { folder in
      let library = Self.library(folder)
      #expect(try library.facts(of: .mnist).classes == nil)
      for name in [DatasetName.mnist, .cifar10] {
        let error = #expect(throws: DatasetError.self) {
          _ = try library.facts(of: name, from: folder.appending("nowhere"))
        }
        #expect(error?.code == .incomplete)
      }
      #expect(try library.facts(of: .syntheticDigits, trainLimit: 20, testLimit: 10).classes == nil)
      let prepared = try library.prepare(.syntheticDigits, trainLimit: 20, testLimit: 10).dataset
      #expect(
        try library.facts(of: .syntheticDigits, trainLimit: 20, testLimit: 10).classes
          == prepared.open().train.classes)
    }
  }

  @Test func `an unusable cache means a temporary folder and a warning`() throws {
    try withTemporaryFolder { folder in
      var library = Self.library(folder)
      try AtomicFile.write("in the way", to: folder.appending("cache"))
      let events = Events()
      let dataset = try library.prepare(
        .syntheticDigits, trainLimit: 10, testLimit: 10, progress: events.add
      ).dataset
      #expect(dataset.isTemporary)
      #expect(try dataset.open().test.count == 10)
      try dataset.removeIfTemporary()
      #expect(try FileSystem.information(FilePath(dataset.folder)) == nil)
      library.locations.cacheFolder = nil
      try library.prepare(
        .syntheticDigits, trainLimit: 10, testLimit: 10, progress: events.add
      ).dataset.removeIfTemporary()
      let warnings = events.all.compactMap { event -> String? in
        guard case .warning(let text) = event else { return nil }
        return text
      }
      try #require(warnings.count == 2)
      #expect(
        warnings[0].hasPrefix(
          "the cache cannot be used: cannot create folder \(folder)/cache/datasets: Not a directory"
        ))
      #expect(warnings[1].contains("neither NSL_CACHE_DIR nor HOME is set"))
    }
  }

  @Test(.enabled(if: SmallDisk.isPermitted, "mounting a tmpfs is not permitted here"))
  func `a full disk leaves nothing half-written in the cache`() throws {
    try SmallDisk.with(size: 65536) { disk in
      try withTemporaryFolder { folder in
        var library = Self.library(folder)
        library.locations.cacheFolder = disk
        let dataset = try library.prepare(.syntheticDigits, trainLimit: 200, testLimit: 10).dataset
        #expect(dataset.isTemporary)
        #expect(try dataset.open().train.count == 200)
        let names = try FileSystem.list(disk.appending("datasets"))
        #expect(names == [".lock"])
        library.locations.temporaryFolder = disk
        let error = #expect(throws: DatasetError.self) {
          try library.prepare(.syntheticDigits, trainLimit: 200, testLimit: 10)
        }
        #expect(error?.message == "cannot write: No space left on device")
        #expect(try FileSystem.list(disk) == ["datasets"])
      }
    }
  }

  @Test func `many ask at once, one works`() async throws {
    try await withTemporaryFolder { folder in
      try TinyDataset().writeCompressed(to: folder.appending("good"))
      let library = Self.library(folder, mirrors: ["file://\(folder)/good"])
      let downloads = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<6 {
          group.addTask {
            let events = Events()
            _ = try library.prepare(.mnist, progress: events.add)
            return events.all.count {
              if case .downloading = $0 { true } else { false }
            }
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(downloads == 4)
    }
  }

  @Test func `the status says where a data set would come from`() throws {
    try withTemporaryFolder { folder in
      let library = Self.library(folder, mirrors: ["https://one/mnist", "https://two/mnist"])
      var lines = ""
      func note(_ name: DatasetName) {
        let status = library.status(of: name, trainLimit: 10, testLimit: 10)
        lines += "\(status)\n".split(separator: folder.string, omittingEmptySubsequences: false)
          .joined(separator: "FOLDER")
      }
      note(.mnist)
      note(.syntheticDigits)
      _ = try library.prepare(.syntheticDigits, trainLimit: 10, testLimit: 10)
      note(.syntheticDigits)
      let user = folder.appending("data").appending("mnist")
      try TinyDataset().writeCompressed(to: user)
      note(.mnist)
      _ = try library.prepare(.mnist)
      try FileSystem.removeTree(user)
      note(.mnist)
      try AtomicFile.write("x", to: folder.appending("data").appending("mnist"))
      note(.mnist)
      try FileSystem.removeTree(user)
      try TinyDataset().write(to: user)
      try FileSystem.removeTree(user.appending(DatasetFileName.testImages))
      note(.mnist)
      try expectSnapshot(lines, named: "data-status.txt")
    }
  }
}

@Suite("Downloads")
struct DataDownloadTests {
  @Test func `every known address is one that the downloader takes`() throws {
    let mirrors =
      PublishedDataset.all.flatMap(\.mirrors) + PublishedArchive.cifar10.mirrors
    #expect(mirrors.count > 5)
    for mirror in mirrors {
      let scheme = try #require(mirror.split(separator: ":").first)
      // Nobody answers there: what counts is that it is asked.
      let error = #expect(throws: DatasetError.self) {
        try Downloader().fetch("\(scheme)://127.0.0.1:9/x", sizeLimit: 1)
      }
      let message = error?.message ?? ""
      #expect(!message.contains("Protocol"), "\(mirror): \(message)")
    }
  }
}

/// Collects what `prepare` tells, on the one thread that asks.
private final class Events {
  private(set) var all: [DatasetEvent] = []
  func add(_ event: DatasetEvent) { all.append(event) }
}
