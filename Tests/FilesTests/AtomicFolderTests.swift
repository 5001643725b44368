import Files
import SystemPackage
import TestSupport
import Testing

@Suite("A folder appears with all its files or not at all")
struct AtomicFolderTests {
  private struct Interruption: Error {}

  @Test func `appears under its name when it is filled`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("stage")
      let won = try AtomicFolder.create(path) { temporary in
        try AtomicFile.write("1", to: temporary.appending("a"))
        #expect(try FileSystem.information(path) == nil)
      }
      #expect(won)
      #expect(try FileSystem.list(folder) == ["stage"])
      #expect(try FileSystem.readText(path.appending("a")) == "1")
    }
  }

  @Test func `gives way quietly to one that was there first`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("stage")
      let won = try AtomicFolder.create(path) { temporary in
        try AtomicFile.write("late", to: temporary.appending("a"))
        try FileSystem.createFolders(path)
        try AtomicFile.write("first", to: path.appending("a"))
      }
      #expect(!won)
      #expect(try FileSystem.readText(path.appending("a")) == "first")
      #expect(try FileSystem.list(folder) == ["stage"])
    }
  }

  @Test func `leaves nothing where filling fails`() throws {
    try withTemporaryFolder { folder in
      #expect(throws: Interruption.self) {
        try AtomicFolder.create(folder.appending("stage")) { temporary in
          try AtomicFile.write("1", to: temporary.appending("a"))
          throw Interruption()
        }
      }
      let names = try FileSystem.list(folder)
      #expect(names.isEmpty)
    }
  }

  @Test func `leaves nothing where a file has the name`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("stage")
      try AtomicFile.write("x", to: path)
      #expect(throws: FileError(.createFolder, path, .notDirectory)) {
        try AtomicFolder.create(path) { _ in }
      }
      #expect(try FileSystem.list(folder) == ["stage"])
    }
  }

  @Test func `removes what a dead process left`() throws {
    try withTemporaryFolder { folder in
      try FileSystem.createFolders(folder.appending(".tmp-1").appending("deep"))
      try AtomicFile.write("x", to: folder.appending("kept"))
      try AtomicFolder.removeLeftovers(in: folder)
      #expect(try FileSystem.list(folder) == ["kept"])
    }
  }
}
