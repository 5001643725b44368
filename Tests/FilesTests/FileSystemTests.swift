import Files
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite("Files and folders")
struct FileSystemTests {
  @Test func `makes folders on the way and does not mind those that exist`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("a").appending("b").appending("c")
      try FileSystem.createFolders(path)
      try FileSystem.createFolders(path)
      #expect(try FileSystem.information(path)?.isFolder == true)
      let file = folder.appending("file")
      try AtomicFile.write("x", to: file)
      #expect(throws: FileError(.createFolder, file, .fileExists)) {
        try FileSystem.createFolders(file)
      }
      let below = file.appending("below")
      #expect(throws: FileError(.createFolder, below, .notDirectory)) {
        try FileSystem.createFolders(below)
      }
    }
  }

  @Test func `knows sizes, and that nothing is nothing`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("five")
      try AtomicFile.write("12345", to: path)
      #expect(try FileSystem.information(path)?.size == 5)
      #expect(try FileSystem.information(folder.appending("missing")) == nil)
      #expect(try FileSystem.information(path.appending("below")) == nil)
    }
  }

  @Test func `says which file cannot be read`() throws {
    try withTemporaryFolder { folder in
      let missing = folder.appending("missing")
      let error = #expect(throws: FileError.self) { try FileSystem.read(missing) }
      #expect(error?.message == "cannot read \(missing): No such file or directory")
      #expect(throws: FileError(.read, folder, .isDirectory)) { try FileSystem.read(folder) }
      #expect(throws: FileError(.list, missing, .noSuchFileOrDirectory)) {
        try FileSystem.list(missing)
      }
    }
  }

  @Test func `lists names sorted and copies files`() throws {
    try withTemporaryFolder { folder in
      for name in ["b", "a", ".hidden"] { try AtomicFile.write(name, to: folder.appending(name)) }
      try FileSystem.copy(folder.appending("b"), to: folder.appending("c"))
      #expect(try FileSystem.list(folder) == [".hidden", "a", "b", "c"])
      #expect(try FileSystem.readText(folder.appending("c")) == "b")
    }
  }

  @Test func `removes trees without following links`() throws {
    try withTemporaryFolder { folder in
      let kept = folder.appending("kept")
      try AtomicFile.write("x", to: kept)
      let tree = folder.appending("tree")
      try FileSystem.createFolders(tree.appending("deep").appending("deeper"))
      try AtomicFile.write("y", to: tree.appending("deep").appending("file"))
      #expect(symlink(folder.string, tree.appending("link").string) == 0)
      try FileSystem.removeTree(tree)
      try FileSystem.removeTree(tree)
      #expect(try FileSystem.list(folder) == ["kept"])
    }
  }

  @Test func `maps files, empty ones too`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("x")
      try AtomicFile.write("abc", to: path)
      let map = try MappedFile(path)
      try AtomicFile.write("replaced", to: path)
      #expect(Array(map.bytes) == Array("abc".utf8))
      try AtomicFile.write("", to: path)
      #expect(try MappedFile(path).bytes.isEmpty)
      #expect(throws: FileError(.read, folder, .isDirectory)) { try MappedFile(folder) }
    }
  }
}

@Suite struct `Regular files` {
  @Test func `are all that is opened: pipes, devices and folders are refused at once`() throws {
    try withTemporaryFolder { folder in
      let pipe = folder.appending("pipe")
      try #require(pipe.withPlatformString { mkfifo($0, 0o600) } == 0)
      let refused: [(FilePath, FileError.Problem)] = [
        (pipe, .notRegular("a named pipe")), ("/dev/zero", .notRegular("a device")),
        (folder, .system(.isDirectory)),
      ]
      for (path, problem) in refused {
        #expect(throws: FileError(.read, path, problem)) { try FileSystem.read(path) }
        #expect(throws: FileError(.read, path, problem)) { try MappedFile(path) }
      }
    }
  }

  @Test func `are read up to a limit`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending("five")
      try AtomicFile.write([1, 2, 3, 4, 5], to: file)
      #expect(try FileSystem.read(file, limit: 5) == [1, 2, 3, 4, 5])
      #expect(throws: FileError(.read, file, .tooLarge(limit: 4))) {
        try FileSystem.read(file, limit: 4)
      }
      // A file that says that it is empty.
      #expect(throws: FileError(.read, "/proc/cpuinfo", .tooLarge(limit: 10))) {
        try FileSystem.read("/proc/cpuinfo", limit: 10)
      }
    }
  }
}
