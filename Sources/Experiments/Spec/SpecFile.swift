import FoundationEssentials
import YAML

/// Reads the files of specs; what goes wrong is a diagnostic.
enum SpecFile {
  /// A spec is written by hand: a larger file is a mistake.
  static let maximumSize = 4 << 20

  /// The text of a file.
  ///
  /// - Parameter origin: Where a spec names the file, if one does.
  /// - Throws: `DiagnosticsError`.
  static func read(_ path: String, namedAt origin: SourceRange? = nil) throws -> SourceText {
    var isDirectory = false
    let files = FileManager.default
    guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw failure("there is no file `\(path)`", origin, suggestion: similar(to: path))
    }
    guard !isDirectory else {
      throw failure("`\(path)` is a folder, not a spec", origin, suggestion: specs(in: path))
    }
    guard files.isReadableFile(atPath: path) else {
      throw failure("`\(path)` may not be read", origin, suggestion: "check its permissions")
    }
    let attributes = (try? files.attributesOfItem(atPath: identity(of: path))) ?? [:]
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw failure(
        "`\(path)` is a pipe or a device", origin, suggestion: "write the spec to a file")
    }
    if let size = attributes[.size] as? Int, size > maximumSize {
      throw failure("`\(path)` is larger than \(maximumSize >> 20) MiB: no spec", origin)
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw failure("`\(path)` cannot be read: \(error)", origin)
    }
    return try SourceText(name: path, bytes: data)
  }

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
