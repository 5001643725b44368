internal import Experiments
internal import PlainText

/// Why a process died, out of what it said last.
enum LastWords {
  /// So many bytes at the end of a log are looked at: a trap prints a stack of frames after its
  /// reason.
  static let scope = 64 << 10

  /// The last line that tells a reason, else the last line; `nil` where nothing was said.
  static func of(_ log: [UInt8]) -> String? {
    let lines = String(decoding: log, as: UTF8.self).split(whereSeparator: \.isNewline)
      .filter { $0.contains { !$0.isWhitespace } }
    guard let line = lines.last(where: isReason) ?? lines.last else { return nil }
    return String(line.printable.prefix(300))
  }

  /// The same of the end of a long log.
  static func of(_ log: String) -> String? { of(Array(log.utf8.suffix(scope))) }

  /// The same of the log that a stage's worker has left.
  static func left(by key: StageKey, in store: ContentStore) -> String? {
    of(store.leftLog(of: key))
  }

  /// How Swift's runtime, the C++ one, malloc, the dynamic loader and the sanitizers begin the line
  /// that says why they end a process.
  private static let beginnings = [
    "Fatal error", "fatal error", "failed to allocate", "terminate called", "what():",
    "error while loading shared libraries", "malloc():", "free():", "corrupted", "out of memory",
    "std::bad_alloc", "error:",
  ]

  /// Whether a process that said this last has got no memory.
  static func tellOfMemory(_ words: String) -> Bool {
    let tellers = [
      "failed to allocate", "std::bad_alloc", "out of memory", "Cannot allocate memory",
    ]
    return tellers.contains { words.contains($0) }
  }

  private static func isReason(_ line: Substring) -> Bool {
    beginnings.contains { line.contains($0) }
  }
}
