package import SystemPackage

/// What the operating system refused to do, to which file, and why.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being done, in the words of the message.
  package enum Operation: String, Hashable, Sendable {
    case read
    case write
    case createFolder = "create folder"
    case list
    case remove
    case lock
  }

  package var operation: Operation
  package var path: FilePath
  package var errno: Errno

  package init(_ operation: Operation, _ path: FilePath, _ errno: Errno) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }

  /// One line: `cannot write results/x.csv: No space left on device`.
  package var message: String { "cannot \(operation.rawValue) \(path): \(errno)" }

  package var description: String { message }
}
