internal import Settings
package import Files
internal import PlainText
internal import SystemPackage

/// Why a dataset is not available, or cannot be read.
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
  /// What a person might do about it.
  package var suggestion: String?

  package init(_ code: Code, _ message: String, origin: String, suggestion: String? = nil) {
    self.code = code
    self.message = message
    self.origin = origin
    self.suggestion = suggestion
  }

  /// Own data that are not there, with what is there under a similar name.
  init(missing what: String, _ path: FilePath) {
    let folder = path.removingLastComponent()
    let name = path.lastComponent?.string ?? ""
    let names = ((try? FileSystem.list(folder)) ?? []).filter { !$0.hasPrefix(".") }
    self.init(
      .incomplete, "there is no such \(what)", origin: "\(path)",
      suggestion: closest(to: name, among: names).map { "did you mean `\(printable($0))`?" })
  }

  package init(_ error: FileError) {
    self.init(
      .file, "cannot \(error.operation.rawValue): \(error.problem)", origin: "\(error.path)")
  }

  package var description: String { "\(origin): \(message)" }
}

extension DatasetError {
  /// - Parameters:
  ///   - trail: Everything that was tried, a line each.
  ///   - lookedFor: In words.
  init(unavailable name: DatasetName, _ trail: [String], lookedFor: String) {
    self.init(
      .unavailable,
      """
      can neither be found nor downloaded
      \(trail.map { "  \($0)" }.joined(separator: "\n"))
      Looked for: \(lookedFor).
      Set NSL_DATA_DIR to a folder that holds one of these, or name a `fallback:` in the spec.
      """, origin: name.rawValue)
  }
}
