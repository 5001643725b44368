import Glibc
package import SystemPackage

/// A file's bytes as read-only memory that all processes which map it share.
///
/// The file must not shrink while it is mapped; files that are replaced by renaming never do.
package final class MappedFile: Sendable {
  package let path: FilePath
  // Numbers, not pointers: the memory never changes, so that this class is plainly `Sendable`.
  private let address: UInt
  private let count: Int

  /// Maps the whole file.
  package init(_ path: FilePath) throws(FileError) {
    self.path = path
    let file = try RegularFile(path)
    count = file.information.size
    if count == 0 {
      // The kernel refuses to map nothing.
      address = 0
      return
    }
    let memory = mmap(nil, count, PROT_READ, MAP_SHARED, file.descriptor, 0)
    if memory == MAP_FAILED { throw FileError(.read, path, lastError()) }
    address = UInt(bitPattern: memory)
  }

  deinit {
    if let start = UnsafeMutableRawPointer(bitPattern: address) { munmap(start, count) }
  }

  /// The memory, valid as long as this object lives.
  package var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
  }
}
