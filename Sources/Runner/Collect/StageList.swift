package import Experiments
package import Files
internal import Settings
package import SystemPackage

/// `.stages` in an experiment's folder: the stages that its last run needs, a key a line. It is there
/// before the first of them begins, so that what an interrupted run has stored is not taken for
/// rubbish.
package enum StageList {
  static let fileName = ".stages"

  static func path(in folder: FilePath) -> FilePath { folder.appending(fileName) }

  /// In bytes: some ten million stages.
  private static let largest = 1 << 30

  /// Writes the list of a plan, where it is not there already.
  package static func write(_ plan: Plan, in folder: FilePath) throws(FileError) {
    var keys = Set(plan.stages.keys)
    // The numbers of an evaluation that keeps images are stored without them, too.
    if plan.runs.evaluations.contains(where: { $0?.keep == true }) {
      for stage in plan.stages {
        if let work = stage.work.withoutKeep { keys.insert(work.key) }
      }
    }
    let bytes = Array(keys.sorted().map { $0.hex + "\n" }.joined().utf8)
    let file = path(in: folder)
    if (try? FileSystem.read(file, limit: bytes.count)) == bytes { return }
    try AtomicFile.write(bytes, to: file)
  }

  /// The stages of an experiment; `nil` where its folder does not say them.
  ///
  /// - Throws: `FileError` where the list is there and cannot be read.
  package static func read(in folder: FilePath) throws(FileError) -> Set<StageKey>? {
    let file = path(in: folder)
    guard try FileSystem.information(file) != nil else { return fromResults(folder) }
    let lines = try FileSystem.readText(file, limit: largest).split(separator: "\n")
    let keys = lines.compactMap { StageKey(hex: String($0)) }
    return keys.count == lines.count ? Set(keys) : nil
  }

  /// What `results.json` says, which older programs wrote alone.
  private static func fromResults(_ folder: FilePath) -> Set<StageKey>? {
    struct Document: Decodable {
      struct Status: Decodable { var key: String }
      var statuses: [Status]
    }
    guard let bytes = try? FileSystem.read(folder.appending("results.json")),
      let document = try? WireFormat.decode(Document.self, from: bytes)
    else { return nil }
    return Set(document.statuses.compactMap { StageKey(hex: $0.key) })
  }
}
