import Glibc
package import SystemPackage

/// Runs `body` with a new folder, which is removed afterwards.
package func withTemporaryFolder<Result>(
  _ body: (FilePath) throws -> Result
) throws -> Result {
  let path = try newFolder()
  defer { removeFolder(path) }
  return try body(path)
}

/// Runs `body` with a new folder, which is removed afterwards.
package func withTemporaryFolder<Result>(
  _ body: (FilePath) async throws -> Result
) async throws -> Result {
  let path = try newFolder()
  defer { removeFolder(path) }
  return try await body(path)
}

/// A small file system of its own, for tests of full and read-only disks.
package enum SmallDisk {
  /// Whether this process may mount file systems.
  package static let isPermitted =
    (try? withTemporaryFolder { folder in
      guard mount("tmpfs", folder.string, "tmpfs", 0, "size=4k") == 0 else { return false }
      umount(folder.string)
      return true
    }) ?? false

  /// Mounts a disk of `size` bytes for the time of `body`.
  package static func with<Result>(
    size: Int, _ body: (FilePath) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      guard mount("tmpfs", folder.string, "tmpfs", 0, "size=\(size)") == 0 else {
        throw Errno(rawValue: errno)
      }
      defer { umount(folder.string) }
      return try body(folder)
    }
  }

  /// Makes a mounted disk read-only.
  package static func makeReadOnly(_ folder: FilePath) throws {
    guard
      mount("tmpfs", folder.string, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "")
        == 0
    else { throw Errno(rawValue: errno) }
  }
}

private func newFolder() throws -> FilePath {
  var template = Array("/tmp/nsl-run-test-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
  return FilePath(String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self))
}

private func removeFolder(_ path: FilePath) {
  guard let folder = opendir(path.string) else { return }
  var entries: [(name: String, isFolder: Bool)] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." {
      entries.append((name, entry.pointee.d_type == UInt8(DT_DIR)))
    }
  }
  closedir(folder)
  for entry in entries {
    let inner = path.appending(entry.name)
    if entry.isFolder { removeFolder(inner) } else { unlink(inner.string) }
  }
  rmdir(path.string)
}
