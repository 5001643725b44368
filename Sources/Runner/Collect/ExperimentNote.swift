internal import Files
internal import FoundationEssentials
package import SystemPackage

/// What an experiment's folder says of its last run in `.lock`: whether it has ended, and what the
/// spec says of the experiment.
///
/// `results.json` says the latter, too, but is written at the end of a run and may be large.
package struct ExperimentNote: Hashable, Sendable {
  /// `false` from the beginning of a run until its tables are written.
  package var hasEnded: Bool
  package var description: String?
  package var tags: [String]

  init(hasEnded: Bool, description: String?, tags: [String]) {
    self.hasEnded = hasEnded
    self.description = description
    self.tags = tags
  }

  static func path(in folder: FilePath) -> FilePath { folder.appending(".lock") }

  /// The first line is the state; where a description or tags are given, the second one has these as
  /// JSON.
  var text: String {
    let state = hasEnded ? "ended\n" : "running\n"
    if description == nil, tags.isEmpty { return state }
    let about = try? WireFormat.encode(About(description: description, tags: tags))
    return state + String(decoding: about ?? [], as: UTF8.self)
  }

  /// Reads the note of an experiment's folder; without one, or with one that cannot be read, the run
  /// has ended and nothing is said of it.
  package init(of folder: FilePath) {
    let text = (try? FileSystem.readText(Self.path(in: folder), limit: 1 << 20)) ?? ""
    let lines = text.split(separator: "\n", maxSplits: 1)
    let about = lines.dropFirst().first.flatMap { line in
      try? WireFormat.decode(About.self, from: line.utf8)
    }
    self.init(
      hasEnded: lines.first != "running", description: about?.description, tags: about?.tags ?? [])
  }

  private struct About: Codable {
    var description: String?
    var tags: [String]
  }
}
