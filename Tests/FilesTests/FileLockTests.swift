import Files
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite("A lock among processes")
struct FileLockTests {
  @Test func `is taken at once where nobody holds it, again and again`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("lock")
      for _ in 0..<3 {
        let lock = try FileLock(path) { Issue.record("had to wait") }
        lock.release()
      }
    }
  }

  @Test func `lets one in at a time`() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.appending("lock")
      let counter = folder.appending("counter")
      try AtomicFile.write("0", to: counter)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            for _ in 0..<25 {
              let lock = try FileLock(path)
              let value = Int(try FileSystem.readText(counter)) ?? 0
              try AtomicFile.write("\(value + 1)", to: counter)
              lock.release()
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try FileSystem.readText(counter) == "100")
    }
  }

  @Test func `lets several in that share it, and nobody else`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("lock")
      let one = try FileLock(path, .shared) { Issue.record("had to wait") }
      let two = try FileLock(path, .shared) { Issue.record("had to wait") }
      #expect(try isFree(path) == false)
      one.release()
      #expect(try isFree(path) == false)
      two.release()
      #expect(try isFree(path))
      // What asked in vain holds nothing, and neither do its descriptors.
      #expect(try isFree(path))
    }
  }

  /// Whether the lock could be taken now; it is given back.
  private func isFree(_ path: FilePath) throws -> Bool {
    guard let lock = try FileLock.takenIfFree(path) else { return false }
    lock.release()
    return true
  }

  @Test func `says that it waits, and ends with the process that holds it`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("lock")
      let holder = try hold(path, ready: folder.appending("ready"))
      var waited = 0
      let lock = try FileLock(path) {
        waited += 1
        kill(holder, SIGKILL)
      }
      lock.release()
      #expect(waited == 1)
      waitpid(holder, nil, 0)
    }
  }

  @Test func `says which lock cannot be had`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("missing").appending("lock")
      let error = #expect(throws: FileError.self) {
        let lock = try FileLock(path)
        lock.release()
      }
      #expect(error?.message == "cannot lock \(path): No such file or directory")
    }
  }

  /// Starts a process (util-linux's `flock`) that holds the lock until it is killed.
  private func hold(_ path: FilePath, ready: FilePath) throws -> pid_t {
    let command = "flock --no-fork '\(path)' sh -c 'touch \(ready); exec sleep 60'"
    let words = ["sh", "-c", "exec " + command]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) }
    arguments.append(nil)
    defer { arguments.forEach { free($0) } }
    var process: pid_t = 0
    try #require(posix_spawn(&process, "/bin/sh", nil, nil, arguments, nil) == 0)
    for _ in 0..<1000 where try FileSystem.information(ready) == nil { usleep(10_000) }
    try #require(try FileSystem.information(ready) != nil)
    return process
  }
}
