import Files
import SystemPackage
import TestSupport
import Testing

@Suite("A file is written whole or not at all")
struct AtomicFileTests {
  @Test func `writes text, bytes and nothing`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("a.txt")
      try AtomicFile.write("Größe\n", to: path)
      #expect(try FileSystem.readText(path) == "Größe\n")
      try AtomicFile.write([1, 2, 3] as [UInt8], to: path)
      #expect(try FileSystem.read(path) == [1, 2, 3])
      try AtomicFile.write((0..<3).lazy.map { UInt8($0) }, to: path)
      #expect(try FileSystem.read(path) == [0, 1, 2])
      try AtomicFile.write("", to: path)
      #expect(try FileSystem.read(path) == [])
      #expect(try FileSystem.list(folder) == ["a.txt"])
    }
  }

  @Test func `writes the same without waiting for the disk`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("a.txt")
      for bytes in [[1, 2, 3], [], [4]] as [[UInt8]] {
        try AtomicFile.writeWithoutWaiting(bytes, to: path)
        #expect(try FileSystem.read(path) == bytes)
        #expect(try FileSystem.list(folder) == ["a.txt"])
      }
      let below = path.appending("below")
      let error = #expect(throws: FileError.self) {
        try AtomicFile.writeWithoutWaiting([1], to: below)
      }
      #expect(error?.message == "cannot write \(below): Not a directory")
    }
  }

  @Test func `says which file cannot be written and why`() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("x", to: folder.appending("file"))
      let path = folder.appending("file").appending("below")
      let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: path) }
      #expect(error?.message == "cannot write \(path): Not a directory")
      let missing = folder.appending("missing").appending("x")
      #expect(throws: FileError(.write, missing, .noSuchFileOrDirectory)) {
        try AtomicFile.write("x", to: missing)
      }
      #expect(try FileSystem.list(folder) == ["file"])
    }
  }

  @Test func `keeps the old file where a folder is in the way`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("taken")
      try FileSystem.createFolders(path.appending("inner"))
      #expect(throws: FileError(.write, path, .isDirectory)) {
        try AtomicFile.write("x", to: path)
      }
      #expect(try FileSystem.list(folder) == ["taken"])
    }
  }

  @Test(.enabled(if: SmallDisk.isPermitted, "mounting a tmpfs is not permitted here"))
  func `leaves the old file and no half of the new one on a full disk`() throws {
    try SmallDisk.with(size: 65536) { disk in
      let path = disk.appending("x.csv")
      try AtomicFile.write("old", to: path)
      let error = #expect(throws: FileError.self) {
        try AtomicFile.write([UInt8](repeating: 7, count: 200_000), to: path)
      }
      #expect(error?.message == "cannot write \(path): No space left on device")
      #expect(try FileSystem.readText(path) == "old")
      #expect(try FileSystem.list(disk) == ["x.csv"])
    }
  }

  @Test(.enabled(if: SmallDisk.isPermitted, "mounting a tmpfs is not permitted here"))
  func `refuses a read-only disk`() throws {
    try SmallDisk.with(size: 65536) { disk in
      try SmallDisk.makeReadOnly(disk)
      let path = disk.appending("x.csv")
      #expect(throws: FileError(.write, path, .readOnlyFileSystem)) {
        try AtomicFile.write("x", to: path)
      }
      #expect(throws: FileError(.createFolder, path, .readOnlyFileSystem)) {
        try FileSystem.createFolders(path)
      }
    }
  }

  @Test func `gives readers one writer's whole content while many write`() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.appending("shared")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in UInt8(0)..<8 {
          group.addTask {
            for _ in 0..<20 {
              try AtomicFile.write([UInt8](repeating: writer, count: 50_000), to: path)
              let content = try FileSystem.read(path)
              #expect(content.count == 50_000 && Set(content).count == 1)
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try FileSystem.list(folder) == ["shared"])
    }
  }
}
