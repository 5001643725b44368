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
    case move
    case lock
  }

  /// Why it could not be done.
  package enum Problem: Hashable, Sendable, CustomStringConvertible {
    case system(Errno)
    /// What stands in the place of a file: `a named pipe`.
    case notRegular(String)
    /// The name leads out of the folder that it is a name in.
    case outside(FilePath)
    /// It has more bytes than are read.
    case tooLarge(limit: Int)

    package var description: String {
      switch self {
      case .system(let errno): "\(errno)"
      case .notRegular(let kind): "it is \(kind), not a file"
      case .outside(let folder): "it is not below \(folder)"
      case .tooLarge(let limit): "it has more than \(limit) bytes"
      }
    }
  }

  package var operation: Operation
  package var path: FilePath
  package var problem: Problem

  package init(_ operation: Operation, _ path: FilePath, _ problem: Problem) {
    self.operation = operation
    self.path = path
    self.problem = problem
  }

  package init(_ operation: Operation, _ path: FilePath, _ errno: Errno) {
    self.init(operation, path, .system(errno))
  }

  /// The operating system's error number, where it is its error.
  package var errno: Errno? {
    if case .system(let errno) = problem { errno } else { nil }
  }

  /// Whether there was no room: on the file system, or in what its user may take of it.
  package var isDiskFull: Bool { errno == .noSpace || errno == .diskQuotaExceeded }

  /// One line: `cannot write results/x.csv: No space left on device`.
  package var message: String { "cannot \(operation.rawValue) \(path): \(problem)" }

  package var description: String { message }
}
