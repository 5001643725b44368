import Files
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite struct `A file that shares another one's room` {
  @Test func `holds the same, and takes the place of what was there`() throws {
    try withTemporaryFolder { folder in
      let (source, path) = (folder.appending("source"), folder.appending("path"))
      try AtomicFile.writeNew(Array("weights".utf8), to: source, isForced: true)
      try AtomicFile.write("old", to: path)
      var shared = SharedFile()
      for _ in 0..<2 {
        try #require(try shared.create(path, sharing: source), "neither clones nor hard links")
        #expect(try FileSystem.readText(path) == "weights")
        // Also where both are links to one file already.
        #expect(try FileSystem.list(folder) == ["path", "source"])
      }
    }
  }

  @Test func `stays when the other one is replaced`() throws {
    try withTemporaryFolder { folder in
      let (source, path) = (folder.appending("source"), folder.appending("path"))
      try AtomicFile.writeNew(Array("one".utf8), to: source, isForced: true)
      var shared = SharedFile()
      try #require(try shared.create(path, sharing: source))
      try AtomicFile.write("two", to: source)
      #expect(try FileSystem.readText(path) == "one")
    }
  }

  @Test func `is not there where there is nothing to share`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("path")
      var shared = SharedFile()
      let isThere = try shared.create(path, sharing: folder.appending("missing"))
      #expect(!isThere)
      #expect(try FileSystem.list(folder).isEmpty)
    }
  }

  @Test func `is read-only where its source is, and can be removed all the same`() throws {
    try withTemporaryFolder { folder in
      let (source, path) = (folder.appending("source"), folder.appending("path"))
      try AtomicFile.writeNew(Array("weights".utf8), to: source, isForced: true)
      var shared = SharedFile()
      try #require(try shared.create(path, sharing: source))
      var status = stat()
      #expect(stat(path.string, &status) == 0)
      let mode = status.st_mode
      #expect(mode & 0o222 == 0)
      try FileSystem.removeTree(path)
      #expect(try FileSystem.list(folder) == ["source"])
    }
  }
}
