import Glibc
package import SystemPackage

/// A regular file, open for reading: what everything read from disk is opened as.
///
/// A named pipe or a device in the place of a file would block for ever or never end; it is refused
/// at once instead.
package struct RegularFile: ~Copyable {
  package let path: FilePath
  package let information: FileSystem.Information
  let descriptor: Int32

  /// Opens a file, following symbolic links.
  ///
  /// - Throws: `FileError`; `notRegular` for anything but a regular file, without waiting for it.
  package init(_ path: FilePath) throws(FileError) {
    self.path = path
    let descriptor: Int32
    do {
      // Without O_NONBLOCK a named pipe without a writer is waited for.
      descriptor = try openDescriptor(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    } catch {
      throw FileError(.read, path, error)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = lastError()
      close(descriptor)
      throw FileError(.read, path, error)
    }
    if let problem = FileError.Problem(notRegular: status) {
      close(descriptor)
      throw FileError(.read, path, problem)
    }
    self.descriptor = descriptor
    information = FileSystem.Information(status)
  }

  deinit { close(descriptor) }

  /// All bytes.
  ///
  /// - Parameter limit: More bytes than that are an error, before memory is taken for them.
  package func read(limit: Int) throws(FileError) -> [UInt8] {
    guard information.size <= limit else {
      throw FileError(.read, path, .tooLarge(limit: limit))
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(information.size)
    var chunk = [UInt8](repeating: 0, count: min(max(information.size, 4096), 1 << 20))
    while true {
      let count = try read(into: &chunk)
      if count == 0 { return bytes }
      // The file may grow while it is read, and /proc's files are longer than they say.
      guard bytes.count + count <= limit else {
        throw FileError(.read, path, .tooLarge(limit: limit))
      }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  private func read(into chunk: inout [UInt8]) throws(FileError) -> Int {
    do {
      return try retryingInterruptions { () -> Int in
        chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      }
    } catch {
      throw FileError(.read, path, error)
    }
  }
}

extension FileError.Problem {
  /// What keeps a file from being a regular one; `nil` where it is one.
  init?(notRegular status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return nil
    case S_IFDIR: self = .system(.isDirectory)
    case S_IFIFO: self = .notRegular("a named pipe")
    case S_IFSOCK: self = .notRegular("a socket")
    case S_IFCHR, S_IFBLK: self = .notRegular("a device")
    default: self = .notRegular("something else")
    }
  }
}
