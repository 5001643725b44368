import Files
import SystemPackage
import TestSupport
import Testing

@Suite struct `The room on a disk` {
  @Test func `is that of the file system that holds a path, or will hold it`() async throws {
    try await withTemporaryFolder { folder in
      let space = try #require(DiskSpace(of: folder))
      #expect(space.total > 0 && (0...space.total).contains(space.free))
      let later = try #require(DiskSpace(of: folder.appending("a").appending("b")))
      #expect(later.folder == space.folder)
      #expect(folder.starts(with: space.folder))
    }
  }

  @Test func `of another file system is another one`() throws {
    let processes = try #require(DiskSpace(of: "/proc/self/status"))
    #expect(processes.folder == "/proc")
    #expect(DiskSpace(of: "")?.folder.isAbsolute == true)
  }
}
