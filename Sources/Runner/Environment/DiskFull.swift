package import Files

/// There was no room to write something: where, and how to go on.
package struct DiskFull: Hashable, Sendable {
  /// What could not be done, in one line: `cannot write x: No space left on device`.
  package var reason: String
  /// Where there is no room; `nil` where the system does not say.
  package var space: DiskSpace?
  /// Of a run, how many of how many stages are stored.
  package var stored: Stored?

  package struct Stored: Hashable, Sendable {
    package var count: Int
    package var total: Int

    package init(_ count: Int, of total: Int) {
      self.count = count
      self.total = total
    }
  }

  package init(reason: String, space: DiskSpace?, stored: Stored? = nil) {
    self.reason = reason
    self.space = space
    self.stored = stored
  }

  package init(_ error: FileError, stored: Stored? = nil) {
    self.init(reason: error.message, space: DiskSpace(of: error.path), stored: stored)
  }

  /// In lines, without a full stop.
  package var message: String {
    var lines = ["the disk is full: \(reason)"]
    if let space {
      lines.append(
        space.freeFiles == 0
          ? "\(space.folder) takes no more files"
          : "\(space.folder) has \(Words.size(space.free)) free of \(Words.size(space.total))")
    }
    if let stored {
      lines.append(
        "nothing else was started, and nothing that is stored is lost: \(stored.count) of "
          + Words.count(stored.total, "stage"))
    }
    return lines.joined(separator: "\n  ")
  }

  package var suggestion: String {
    let way = "make room, then run the same command again"
    return stored == nil
      ? way : "\(way): it goes on from there. `nsl-run gc` lists what no experiment needs"
  }
}
