import Files
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite("What is removed lies below the folder that it is removed from")
struct ContainedFolderTests {
  /// Runs `body` with a folder beside which lies `victim/v.txt`.
  private func withVictim(_ body: (FilePath) throws -> Void) throws {
    try withTemporaryFolder { outer in
      let folder = outer.appending("run")
      try FileSystem.createFolders(folder.appending("deep"))
      try FileSystem.createFolders(outer.appending("victim"))
      try AtomicFile.write("precious", to: outer.appending("victim/v.txt"))
      try body(folder)
      #expect(try FileSystem.readText(outer.appending("victim/v.txt")) == "precious")
    }
  }

  @Test(arguments: ["../victim/v.txt", "deep/../../victim", "..", ".", "", "deep/./a"])
  func `refuses names that lead out of it`(name: String) throws {
    try withVictim { folder in
      let contained = try ContainedFolder(folder)
      let error = #expect(throws: FileError.self) { try contained.remove(FilePath(name)) }
      #expect(error?.problem == .outside(folder))
    }
  }

  @Test func `refuses names from the root`() throws {
    try withVictim { folder in
      let victim = folder.removingLastComponent().appending("victim/v.txt")
      let contained = try ContainedFolder(folder)
      #expect(throws: FileError.self) { try contained.remove(victim) }
    }
  }

  @Test(arguments: [ContainedFolder.Extent.file, .emptyFolder, .tree])
  func `follows no link on the way`(extent: ContainedFolder.Extent) throws {
    try withVictim { folder in
      #expect(symlink("../victim", folder.appending("link").string) == 0)
      #expect(symlink("../../victim", folder.appending("deep/link").string) == 0)
      let contained = try ContainedFolder(folder)
      #expect(try !contained.remove("link/v.txt", extent))
      #expect(try !contained.remove("deep/link/v.txt", extent))
      // The links themselves are in the folder.
      #expect(try contained.remove("deep/link", .file))
      try contained.remove("link")
      #expect(try FileSystem.list(folder) == ["deep"])
    }
  }

  @Test func `removes trees with the links in them, and not what these lead to`() throws {
    try withVictim { folder in
      #expect(symlink("../../victim", folder.appending("deep/link").string) == 0)
      try FileSystem.createFolders(folder.appending("deep/a/b"))
      try AtomicFile.write("x", to: folder.appending("deep/a/b/c"))
      let contained = try ContainedFolder(folder)
      #expect(try contained.remove("deep"))
      #expect(try !contained.remove("deep"))
      #expect(try FileSystem.list(folder).isEmpty)
    }
  }

  @Test func `removes only what it is asked for`() throws {
    try withVictim { folder in
      try AtomicFile.write("x", to: folder.appending("deep/file"))
      let contained = try ContainedFolder(folder)
      #expect(try !contained.remove("deep", .file))
      #expect(try !contained.remove("deep", .emptyFolder))
      #expect(try !contained.remove("deep/file", .emptyFolder))
      #expect(try contained.remove("deep/file", .file))
      #expect(try contained.remove("deep", .emptyFolder))
    }
  }
}

@Suite("A place that is taken")
struct ClaimedFolderTests {
  @Test func `is cleared by another name for what is there`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("store")
      try AtomicFile.write("mine", to: path)
      #expect(try FileSystem.claimFolder(path) == folder.appending("store.moved-1"))
      #expect(try FileSystem.claimFolder(path) == nil)
      #expect(try FileSystem.readText(folder.appending("store.moved-1")) == "mine")
      try FileSystem.removeTree(path)
      #expect(symlink("nowhere", path.string) == 0)
      #expect(
        try FileSystem.claimFolder(path, mayBeLink: true) == folder.appending("store.moved-2"))
      #expect(try FileSystem.information(path)?.isFolder == true)
    }
  }

  @Test func `may be a link to a folder only where that is said`() throws {
    try withTemporaryFolder { folder in
      try FileSystem.createFolders(folder.appending("other"))
      let path = folder.appending("link")
      #expect(symlink("other", path.string) == 0)
      #expect(try FileSystem.claimFolder(path, mayBeLink: true) == nil)
      #expect(try FileSystem.information(path, followingLinks: false)?.isLink == true)
      #expect(try FileSystem.claimFolder(path) != nil)
      #expect(try FileSystem.information(path, followingLinks: false)?.isLink == false)
    }
  }
}
