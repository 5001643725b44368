import Settings
import YAML

/// Paths of a spec with `~`, `${NAME}` and `${NAME:-default}` in them, as in Docker Compose.
struct PathVariables {
  let environment: [String: String]
  let diagnostics: Diagnostics

  /// The keys of a document that hold paths.
  private static let keys: [[String]] =
    DatasetSettings.placeKeys.map { [DatasetSection.section.name, $0] }
    + [[ComparisonSection.section.name, ComparisonSection.baseline.name]]

  /// The document with its paths as they are on this machine.
  func expanding(_ root: Node) -> Node {
    PathVariables.keys.reduce(root) { root, path in
      guard let node = root.at(path[...]), let text = expanded(node), text != node.scalar?.text
      else { return root }
      let value = Node(.scalar(Scalar(text, style: .doubleQuoted)), at: node.range)
      return root.setting(path[...], to: value, at: node.range) ?? root
    }
  }

  /// A path as it is on this machine; `nil` for what is not a text, and after reporting what is
  /// wrong.
  func expanded(_ node: Node) -> String? {
    guard let scalar = node.scalar, case .text(let text) = scalar.value else { return nil }
    do throws(Problem) {
      return try home(in: substituted(text))
    } catch {
      diagnostics.error(
        .badPath, error.message, at: error.part.flatMap { node.range.part($0) } ?? node.range,
        suggestion: error.suggestion)
      return nil
    }
  }

  /// A path as a spec writes it, so that it is read as it is.
  static func escaped(_ path: String) -> String { path.replacing("$", with: "$$") }

  private struct Problem: Error {
    var message: String
    var suggestion: String
    /// The text that is wrong.
    var part: String?
  }

  /// `~` and `~/…` by the home folder.
  private func home(in path: String) throws(Problem) -> String {
    guard path.hasPrefix("~") else { return path }
    let name = path.prefix { $0 != "/" }
    guard name == "~" else {
      throw Problem(
        message: "`\(Scalar(String(name)).excerpt)` is not expanded: only `~` is",
        suggestion: "write the path of that folder", part: String(name))
    }
    guard let home = environment["HOME"], !home.isEmpty else {
      throw Problem(
        message: "`~` has no value: the environment variable `HOME` is not set",
        suggestion: "write the whole path", part: "~")
    }
    return home + path.dropFirst()
  }

  /// A text with the values of its variables; `$$` is one `$`.
  private func substituted(_ text: String) throws(Problem) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      let after = rest[rest.index(after: dollar)...]
      switch after.first {
      case "$":
        result += "$"
        rest = after.dropFirst()
      case "{":
        guard let end = after.firstIndex(of: "}") else {
          throw Problem(
            message: "this `${` is never closed", suggestion: "write `${NAME}`, or `$$` for a `$`",
            part: String(rest[dollar...]))
        }
        let inner = after[..<end].dropFirst()
        result += try value(inner, String(rest[dollar...end]))
        rest = after[after.index(after: end)...]
      default:
        let name = after.prefix(while: PathVariables.isNameCharacter)
        result += try value(name, "$" + name)
        rest = after.dropFirst(name.count)
      }
    }
    return result + rest
  }

  /// The value of `NAME`, or of `NAME:-default`.
  private func value(_ inner: Substring, _ part: String) throws(Problem) -> String {
    let name = inner.prefix(while: PathVariables.isNameCharacter)
    let rest = inner.dropFirst(name.count)
    let isName = name.first.map { !$0.isNumber } ?? false
    guard isName, rest.isEmpty || rest.hasPrefix(":-") || rest.hasPrefix("-") else {
      throw Problem(
        message: "`\(Scalar(part).excerpt)` is not a variable",
        suggestion: "write `${NAME}`, `${NAME:-default}`, or `$$` for a `$`", part: part)
    }
    let value = environment[String(name)]
    // As in shells: `:-` takes the default for an empty value, too.
    if rest.hasPrefix(":-") {
      return value.flatMap { $0.isEmpty ? nil : $0 } ?? String(rest.dropFirst(2))
    }
    if rest.hasPrefix("-") { return value ?? String(rest.dropFirst()) }
    guard let value, !value.isEmpty else {
      throw Problem(
        message: "the environment variable `\(name)` is \(value == nil ? "not set" : "empty")",
        suggestion: "set it, or give a default: `${\(name):-default}`", part: part)
    }
    return value
  }

  private static func isNameCharacter(_ character: Character) -> Bool {
    character == "_" || character.isASCII && (character.isLetter || character.isNumber)
  }
}

extension SourceRange {
  /// The place of a text in this range of one line; `nil` where it is not written there.
  fileprivate func part(_ sought: String) -> SourceRange? {
    guard let found = text.firstRange(of: sought) else { return nil }
    let column =
      start.column + text[..<found.lowerBound].unicodeScalars.count
    return SourceRange(
      source: source, start: Mark(line: start.line, column: column),
      end: Mark(line: start.line, column: column + sought.unicodeScalars.count))
  }
}
