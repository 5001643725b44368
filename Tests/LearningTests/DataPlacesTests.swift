import Files
import Glibc
import Learning
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("Data where people have them")
struct DataPlacesTests {
  private func library(
    _ folder: FilePath, _ tiny: TinyDataset = TinyDataset()
  ) -> DatasetLibrary {
    var locations = DatasetLocations(below: folder)
    locations.shared = [
      DatasetLocations.SharedFolder(folder.appending("keras"), owner: "Keras's folder"),
      DatasetLocations.SharedFolder(folder.appending("torch"), owner: "torchvision's folder"),
    ]
    return DatasetLibrary(locations, published: [tiny.published()])
  }

  /// A layout of MNIST that some program leaves, and what a spec says of it.
  struct Layout: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The folder of the four files; `nil` for Keras's one.
    var folder: String?
    var npz: String?
    var isDotted = false
    var isCompressed = false
    var hasFolders = false
    /// The spec's `path`.
    var path: String?
    var isInPlace = false
  }

  static let layouts = [
    Layout(testDescription: "unpackers' names", folder: "data/mnist", isDotted: true),
    Layout(
      testDescription: "unpackers' names, compressed", folder: "data/mnist", isDotted: true,
      isCompressed: true),
    Layout(
      testDescription: "a folder for each file", folder: "data/mnist", hasFolders: true),
    Layout(
      testDescription: "torchvision below NSL_DATA_DIR", folder: "data/MNIST/raw",
      isInPlace: true),
    Layout(
      testDescription: "torchvision below NSL_DATA_DIR/mnist", folder: "data/mnist/MNIST/raw",
      isInPlace: true),
    Layout(testDescription: "torchvision's own folder", folder: "torch/MNIST/raw", isInPlace: true),
    Layout(testDescription: "Keras's own folder", npz: "keras/mnist.npz"),
    Layout(testDescription: "Keras's file in NSL_DATA_DIR", npz: "data/mnist.npz"),
    Layout(testDescription: "Keras's file in NSL_DATA_DIR/mnist", npz: "data/mnist/mnist.npz"),
    Layout(testDescription: "a path to Keras's file", npz: "own/mnist.npz", path: "own/mnist.npz"),
    Layout(testDescription: "a path to Keras's folder", npz: "own/mnist.npz", path: "own"),
    Layout(
      testDescription: "a path to torchvision's root", folder: "own/MNIST/raw", path: "own",
      isInPlace: true),
    Layout(
      testDescription: "a path to torchvision's files", folder: "own/raw", path: "own",
      isInPlace: true),
  ]

  @Test(arguments: layouts)
  func `MNIST is found, checked, and the same everywhere`(layout: Layout) throws {
    try withTemporaryFolder { folder in
      let tiny = TinyDataset()
      if let npz = layout.npz {
        let path = folder.pushing(FilePath(npz))
        try FileSystem.createFolders(path.removingLastComponent())
        try AtomicFile.write(tiny.npzFile, to: path)
      }
      if let name = layout.folder {
        for file in tiny.files {
          var name = FilePath(name).appending(
            (layout.isDotted ? file.name.replacing("-idx", with: ".idx") : file.name)
              + (layout.isCompressed ? ".gz" : ""))
          if layout.hasFolders { name.append(file.name) }
          let path = folder.pushing(name)
          try FileSystem.createFolders(path.removingLastComponent())
          try AtomicFile.write(layout.isCompressed ? gzip(file.bytes) : file.bytes, to: path)
        }
      }
      let library = library(folder)
      let named = layout.path.map { folder.pushing(FilePath($0)) }
      if layout.path == nil {
        let isFound = if case .found = library.status(of: .mnist).place { true } else { false }
        #expect(isFound)
      }
      for _ in 0..<2 {
        let dataset = try library.prepare(.mnist, from: named).dataset
        #expect(dataset.digest == tiny.published().digest)
        let isInPlace = !FilePath(dataset.folder).starts(with: folder.appending("cache"))
        #expect(isInPlace == layout.isInPlace)
        let data = try dataset.open()
        #expect((0..<3).map { data.train.label($0) } == [9, 0, 5])
        #expect(Array(data.test.pixels(1)) == [252, 253, 254, 255])
      }
    }
  }

  @Test func `what others left unfinished is passed over with a warning, not what the user names`()
    throws
  {
    try withTemporaryFolder { folder in
      let (good, library) = (TinyDataset(), library(folder))
      var wrong = good
      wrong.testLabels[8] ^= 1
      let keras = folder.appending("keras")
      try FileSystem.createFolders(keras)
      try AtomicFile.write(wrong.npzFile, to: keras.appending("mnist.npz"))
      try good.write(to: folder.appending("torch").appending("MNIST").appending("raw"))
      var warnings: [String] = []
      let dataset = try library.prepare(.mnist) { event in
        if case .warning(let text) = event { warnings.append(text) }
      }.dataset
      #expect(try dataset.open().test.label(0) == 1)
      #expect(warnings.count == 1 && warnings[0].hasPrefix("Keras's folder is passed over: "))
      for (name, path) in [(nil, "data"), ("keras", "keras")] as [(String?, String)] {
        try FileSystem.createFolders(folder.appending(path))
        try AtomicFile.write(wrong.npzFile, to: folder.appending(path).appending("mnist.npz"))
        let error = #expect(throws: DatasetError.self) {
          try library.prepare(.mnist, from: name.map { folder.appending($0) })
        }
        #expect(error?.code == .wrongDigest)
      }
    }
  }

  @Test func `what is not found is told with what lies there instead`() throws {
    try withTemporaryFolder { folder in
      let library = library(folder)
      var texts = ""
      func note(_ name: DatasetName, _ path: String? = nil) {
        let error = #expect(throws: DatasetError.self) {
          try library.prepare(name, from: path.map { folder.pushing(FilePath($0)) })
        }
        texts += text(of: error, in: folder)
      }
      for name in ["data/mnist/train.csv", "data/cifar10/cifar-100-python.tar.gz", "torch/MNIST/x"]
      {
        let path = folder.pushing(FilePath(name))
        try FileSystem.createFolders(path.removingLastComponent())
        try AtomicFile.write("", to: path)
      }
      try AtomicFile.write("", to: folder.appending("data/mnist/!\u{1B}[31m"))
      for number in 0..<8 {
        try AtomicFile.write("", to: folder.appending("data/mnist/\(number).png"))
      }
      note(.mnist)
      note(.mnist, "data")
      note(.mnist, "nowhere")
      note(.cifar10, "data/cifar10")
      try expectSnapshot(texts, named: "data-elsewhere.txt")
    }
  }

  @Test func `a pipe or a device in the place of a file is an error at once`() throws {
    try withTemporaryFolder { folder in
      let (tiny, library) = (TinyDataset(), library(folder))
      let user = folder.appending("data").appending("mnist")
      func pipe(_ name: String) throws {
        let path = user.appending(name)
        try FileSystem.removeTree(path)
        #expect(mkfifo(path.string, 0o600) == 0)
      }
      func expectRefusal(_ body: () throws -> Void) {
        let error = #expect(throws: DatasetError.self) { try body() }
        let message = error?.message ?? ""
        #expect(message.hasSuffix("it is a named pipe, not a file"), "\(message)")
      }
      for ending in ["", ".gz"] {
        try FileSystem.removeTree(user)
        try ending.isEmpty ? tiny.write(to: user) : tiny.writeCompressed(to: user)
        try pipe(DatasetFileName.trainLabels + ending)
        expectRefusal { _ = try library.prepare(.mnist) }
        let format = ImageFormat(height: 2, width: 2, channels: 1, classes: 10)
        expectRefusal { _ = try library.digest(of: .idx, own: .path("\(user)")) }
        expectRefusal { _ = try library.prepare(.idx, own: .path("\(user)"), format: format) }
        #expect(library.counts(of: .idx, own: .path("\(user)")) == (0, 0))
      }
      try FileSystem.removeTree(user)
      try FileSystem.createFolders(user)
      try pipe("mnist.npz")
      expectRefusal { _ = try library.prepare(.mnist) }
      expectRefusal {
        _ = try library.digest(of: .files, own: .path("\(user)/mnist.npz"))
      }
      try FileSystem.createFolders(folder.appending("data/cifar10"))
      #expect(mkfifo(folder.appending("data/cifar10/cifar-10-binary.tar.gz").string, 0o600) == 0)
      expectRefusal { _ = try library.prepare(.cifar10) }
    }
  }
}

@Suite("Data of which no digest of the unpacked files is published")
struct DataUnverifiableTests {
  private func published(_ tiny: TinyDataset, md5s: [String?]) -> PublishedDataset {
    let shapes = [[3, 2, 2], [3], [2, 2, 2], [2]]
    return PublishedDataset(
      .kmnist, torchvisionFolder: "KMNIST/raw",
      files: zip(zip(tiny.files, shapes), md5s).map { file, md5 in
        PublishedDataset.File(
          file.0.name, dimensions: file.1, .compressed(digest(gzip(file.0.bytes))), md5: md5)
      }, mirrors: [])
  }

  @Test func `are used with a warning and never taken for the published ones`() throws {
    try withTemporaryFolder { folder in
      let tiny = TinyDataset()
      let published = published(tiny, md5s: [nil, nil, nil, nil])
      let library = DatasetLibrary(DatasetLocations(below: folder), published: [published])
      #expect(try library.digest(of: .kmnist) == published.digest)
      let raw = folder.appending("data").appending("KMNIST").appending("raw")
      try tiny.write(to: raw)
      var warnings = 0
      let dataset = try library.prepare(.kmnist) { if case .warning = $0 { warnings += 1 } }.dataset
      #expect(warnings == 1)
      #expect(dataset.digest != published.digest)
      #expect(try library.digest(of: .kmnist) == dataset.digest)
      #expect(try dataset.open().train.label(0) == 9)
      var other = tiny
      other.train[20] ^= 1
      try other.write(to: raw)
      #expect(try library.prepare(.kmnist).dataset.digest != dataset.digest)
      // torchvision leaves both: then the files that can be checked are used.
      try tiny.writeCompressed(to: raw)
      #expect(try library.prepare(.kmnist).dataset.digest == published.digest)
      other.test = IDX.header([1, 2, 2]) + [0, 0, 0, 0]
      try FileSystem.removeTree(raw)
      try other.write(to: raw)
      let error = #expect(throws: DatasetError.self) { try library.prepare(.kmnist) }
      #expect(error?.message == "not the published file: shape 2x2x2 expected, 1x2x2 found")
    }
  }

  @Test func `are checked by an MD5 where there is one, compressed anew, too`() throws {
    try withTemporaryFolder { folder in
      let tiny = TinyDataset()
      let published = published(tiny, md5s: tiny.files.map { md5(of: $0.bytes) })
      let library = DatasetLibrary(DatasetLocations(below: folder), published: [published])
      let user = folder.appending("data").appending("kmnist")
      for isCompressed in [false, true] {
        for isRight in [true, false] {
          var files = tiny
          if !isRight { files.train[20] ^= 1 }
          try FileSystem.removeTree(user)
          try files.write(to: user)
          if isCompressed {
            for file in files.files {
              // Another time in gzip's header: not the published bytes, but the same content.
              var bytes = gzip(file.bytes)
              bytes[4] = 1
              try FileSystem.removeTree(user.appending(file.name))
              try AtomicFile.write(bytes, to: user.appending(file.name + ".gz"))
            }
          }
          if isRight {
            #expect(try library.prepare(.kmnist).dataset.digest == published.digest)
          } else {
            let error = #expect(throws: DatasetError.self) { try library.prepare(.kmnist) }
            #expect(error?.code == .wrongDigest)
          }
        }
      }
    }
  }
}
