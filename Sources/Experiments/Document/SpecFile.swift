import PlainText
import Settings
import Files
import FoundationEssentials
import SystemPackage
import YAML

/// Reads the files of specs; what goes wrong is a diagnostic.
enum SpecFile {
  /// A spec is written by hand: a larger file is a mistake.
  static let maximumSize = 4 << 20

  /// The path that means standard input.
  static let standardInput = "-"

  /// The text of a file, of a pipe, or of standard input.
  ///
  /// - Parameter origin: Where a spec names the file, if one does.
  /// - Throws: `DiagnosticsError`.
  static func read(_ path: String, namedAt origin: SourceRange? = nil) throws -> SourceText {
    if path == standardInput, origin == nil {
      let bytes = try contents(of: "standard input", origin) { () throws(FileError) in
        try InputFile.readStandardInput(limit: maximumSize)
      }
      return try SourceText(name: "<stdin>", bytes: bytes)
    }
    var isDirectory = false
    let files = FileManager.default
    guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw failure("there is no file `\(path)`", origin, suggestion: similar(to: path))
    }
    guard !isDirectory else {
      throw failure("`\(path)` is a folder, not a spec", origin, suggestion: specs(in: path))
    }
    let bytes = try contents(of: "`\(path)`", origin) { () throws(FileError) in
      // What a spec names lies beside it; only a person has pipes at hand.
      origin == nil
        ? try InputFile.read(FilePath(path), limit: maximumSize)
        : try FileSystem.read(FilePath(path), limit: maximumSize)
    }
    return try SourceText(name: path, bytes: bytes)
  }

  /// What `read` gives; what goes wrong is a diagnostic.
  private static func contents(
    of name: String, _ origin: SourceRange?, _ read: () throws(FileError) -> [UInt8]
  ) throws -> [UInt8] {
    do {
      return try read()
    } catch {
      switch error.problem {
      case .tooLarge:
        throw failure(
          "\(name) is larger than \(maximumSize >> 20) MiB, too large for a spec", origin)
      case .notRegular(let kind):
        throw failure("\(name) is \(kind)", origin, suggestion: "write the spec to a file")
      case .system(.permissionDenied):
        throw failure(
          "\(name) cannot be read: permission denied", origin,
          suggestion: "check its permissions")
      case .system, .outside:
        throw failure("\(name) cannot be read: \(error.problem)", origin)
      }
    }
  }

  /// Whether a path names a pipe, as a shell's `<(…)` does.
  static func isPipe(_ path: String) -> Bool { InputFile.isPipe(FilePath(path)) }

  private static func failure(
    _ message: String, _ origin: SourceRange?, suggestion: String? = nil
  ) -> DiagnosticsError {
    DiagnosticsError([
      Diagnostic(code: .file, message, at: origin, suggestion: suggestion)
    ])
  }

  private static func similar(to path: String) -> String? {
    let (folder, name) = split(path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder ?? ".")) ?? []
    return closest(to: name, among: names.sorted()).map {
      "did you mean `\(folder.map { join($0) } ?? "")\($0)`?"
    }
  }

  private static func specs(in folder: String) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().first { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map {
      "name one of its files: `\(join(folder))\($0)`"
    }
  }

  // MARK: Paths

  /// `path` as seen from the folder of the file `file`, with `.` and `..` resolved by name.
  static func resolve(_ path: String, relativeTo file: String) -> String {
    let whole = path.hasPrefix("/") ? path : (split(file).folder.map(join) ?? "") + path
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return (whole.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// The path from the root.
  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : join(FileManager.default.currentDirectoryPath) + path
  }

  /// What tells a file from others, whatever path led to it.
  static func identity(of path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  /// The file's name without its folder and its last ending.
  static func stem(of path: String) -> String {
    let name = split(path).name
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  private static func split(_ path: String) -> (folder: String?, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (nil, path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.index(after: slash)...]))
  }

  private static func join(_ folder: String) -> String {
    folder.hasSuffix("/") ? folder : folder + "/"
  }
}
