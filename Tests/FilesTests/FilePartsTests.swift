import Files
import SystemPackage
import TestSupport
import Testing

@Suite struct `A file in parts` {
  private static let part = [UInt8](repeating: 7, count: 3 * FileParts.size / 2)

  @Test func `holds all parts, and stays where it does already`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("file")
      func put(_ parts: [[UInt8]]) throws -> FileStamp? {
        try FileParts.put(path) { write in for part in parts { try write(part) } }
        return FileStamp(at: path.string)
      }
      let first = try put([Self.part, Self.part])
      #expect(try FileSystem.read(path) == Self.part + Self.part)
      #expect(try put([Self.part, Self.part]) == first)
      // As long, but other.
      #expect(try put([Self.part, Self.part.dropLast() + [8]]) != first)
      #expect(try FileSystem.read(path).last == 8)
      #expect(try put([]) != first)
      #expect(try FileSystem.read(path).isEmpty)
      #expect(try FileSystem.list(folder) == ["file"])
    }
  }

  @Test func `is as it was where a part cannot be made`() throws {
    struct NotMade: Error {}
    try withTemporaryFolder { folder in
      let path = folder.appending("file")
      try AtomicFile.write("old", to: path)
      #expect(throws: NotMade.self) {
        try FileParts.put(path) { write in
          try write(Self.part)
          throw NotMade()
        }
      }
      #expect(try FileSystem.readText(path) == "old")
      #expect(try FileSystem.list(folder) == ["file"])
    }
  }

  @Test func `is read in parts of one size`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("file")
      try AtomicFile.write(Self.part, to: path)
      var sizes: [Int] = []
      try FileParts.read(path) { sizes.append($0.count) }
      #expect(sizes == [FileParts.size, FileParts.size / 2])
    }
  }
}
