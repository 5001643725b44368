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
  /// Whether its stages are jobs of a cluster, which go on without the process that handed them in.
  package var isSubmitted: Bool
  package var description: String?
  package var tags: [String]
  /// What was run; `nil` where an older program wrote the note.
  package var source: RunSource?

  init(
    hasEnded: Bool, isSubmitted: Bool = false, description: String?, tags: [String],
    source: RunSource? = nil
  ) {
    self.hasEnded = hasEnded
    self.isSubmitted = isSubmitted
    self.description = description
    self.tags = tags
    self.source = source
  }

  static func path(in folder: FilePath) -> FilePath { folder.appending(".lock") }

  /// The first line is the state, the second one has the rest as JSON.
  var text: String {
    let state = hasEnded ? "ended\n" : isSubmitted ? "submitted\n" : "running\n"
    if description == nil, tags.isEmpty, source == nil { return state }
    let about = try? WireFormat.encode(
      About(description: description, tags: tags, source: source))
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
      hasEnded: lines.first != "running" && lines.first != "submitted",
      isSubmitted: lines.first == "submitted", description: about?.description,
      tags: about?.tags ?? [], source: about?.source)
  }

  private struct About: Codable {
    var description: String?
    var tags: [String]
    var source: RunSource?
  }
}
