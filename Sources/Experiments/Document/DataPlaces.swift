import Settings
import YAML

/// What is wrong with data, before it is said where the spec names them.
package struct DataProblem: Error, Hashable, Sendable {
  /// The file or folder.
  package var origin: String
  /// Of several lines, the first says what is wrong.
  package var message: String
  package var suggestion: String?

  package init(_ message: String, origin: String, suggestion: String? = nil) {
    (self.message, self.origin, self.suggestion) = (message, origin, suggestion)
  }

  init(_ error: any Error) { self.init("\(error)", origin: "") }
}

/// Where a spec says what data there are.
package struct DataPlaces: Hashable, Sendable {
  private var section: SourceRange?
  /// By the key of `dataset`: its value and where it stands.
  private var values: [String: Value] = [:]

  private struct Value: Hashable {
    var text: String
    var range: SourceRange
  }

  /// - Parameter node: The section `dataset`.
  init(_ node: Node?) {
    section = node?.range
    for entry in node?.mapping ?? [] {
      values[entry.key.scalar?.text ?? ""] = Value(
        text: entry.value.scalar?.text ?? "", range: entry.value.range)
    }
  }

  /// Where the value of a key stands, else the section.
  func range(of key: String) -> SourceRange? { values[key]?.range ?? section }

  /// The mistake of a spec that a problem of its data is: a `DiagnosticsError`.
  package func error(of problem: DataProblem) -> any Error {
    DiagnosticsError([diagnostic(of: problem)])
  }

  /// What is wrong, at the key that names the file or a folder that it is in.
  func diagnostic(of problem: DataProblem) -> Diagnostic {
    let given = DatasetSettings.placeKeys.compactMap { values[$0] }
    let origin = problem.origin
    let named = given.first { value in
      let path = SpecFile.absolute(
        SpecFile.resolve(value.text, relativeTo: value.range.source.name))
      return origin == path || origin.hasPrefix(path + "/") || origin.hasPrefix(path + ":")
    }
    let lines = problem.message.split(separator: "\n").map { line in
      String(line.drop { $0 == " " })
    }
    // The place says `dataset.path` already.
    let isFile = origin.hasPrefix("/")
    return Diagnostic(
      code: .badData, (isFile ? origin + ": " : "") + (lines.first ?? ""),
      at: (named ?? given.first)?.range ?? section, suggestion: problem.suggestion,
      notes: lines.dropFirst().map { Diagnostic.Note($0) })
  }
}

extension Spec {
  /// Adds what is doubtful about its data, said where a key of `dataset` stands.
  package mutating func warn(ofData message: String, at key: String) {
    warnings.append(
      Diagnostic(.warning, code: .badData, message, at: dataPlaces.range(of: key)))
  }
}

extension Diagnostic.Code {
  /// Data that cannot be read, or are not what the spec says of them.
  static let badData = Self("bad-data")
}
