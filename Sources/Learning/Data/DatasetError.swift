package import Files

/// Why a data set cannot be had or read.
package struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    /// It is nowhere and cannot be downloaded: the case that a `fallback:` is for.
    case unavailable
    /// Some of its files are there, others are not.
    case incomplete
    case truncated
    /// Not of the format it should be, or damaged.
    case malformed
    /// Well-formed, but not the published file.
    case wrongDigest
    case download
    /// The operating system refused.
    case file
  }

  package var code: Code
  /// What was expected and what was found.
  package var message: String
  /// The file, folder or URL that it is about.
  package var origin: String

  package init(_ code: Code, _ message: String, origin: String) {
    self.code = code
    self.message = message
    self.origin = origin
  }

  package init(_ error: FileError) {
    self.init(
      .file, "cannot \(error.operation.rawValue): \(error.problem)", origin: "\(error.path)")
  }

  package var description: String { "\(origin): \(message)" }
}
