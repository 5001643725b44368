package import Experiments
internal import PlainText
internal import Results

/// The log of one stage, wherever it is: a file while the stage runs and after it failed, in the
/// store once it is stored.
package struct StageLog {
  package let stage: Stage
  private let store: ContentStore
  private var tail: LogTail
  /// What was read of the file, as long as the stage is not stored.
  private var shown: [String] = []
  /// Whether the stage is stored and all of its log was read.
  package private(set) var isOver = false

  package init(_ stage: Stage, in store: ContentStore) {
    self.stage = stage
    self.store = store
    tail = LogTail(store.logPath(of: stage.key))
  }

  /// The lines that were not read before.
  ///
  /// - Parameter isLast: Whether the file does not grow any more.
  package mutating func read(isLast: Bool = false) -> [String] {
    guard !isOver else { return [] }
    var lines = tail.read()
    if isLast { lines = lines.map { $0 + tail.rest() } }
    if let lines, !lines.isEmpty {
      shown += lines
      return lines
    }
    // A worker that has stored a stage leaves its file until it has something else to do.
    guard lines == nil || isLast || shown.isEmpty, let stored = storedLines else { return [] }
    isOver = true
    // The file may have had other lines in between, such as what a library prints.
    var known = 0
    for line in shown where known < stored.count && stored[known] == line { known += 1 }
    shown = []
    return Array(stored[known...])
  }

  private var storedLines: [String]? {
    guard let manifest = store.entry(stage.key).manifest,
      let bytes = try? store.read(OutputFile.log, of: manifest)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .map { String($0).printable }
  }
}
